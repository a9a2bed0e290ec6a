import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { findBrowser } from './findBrowser.ts';

/** The reason why tests in a browser are skipped on this machine; `undefined` if they run. */
export function whyNoBrowser(): string | undefined {
  return findBrowser() === undefined ? 'there is no Chromium here; set ENLARGER_TEST_BROWSER' : undefined;
}

/** @throws Error if there is no Chromium. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(`Not possible: ${whyNoBrowser() ?? ''}.`);
  // The sandbox needs rights that containers lack; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--font-render-hinting=none'] });
}
