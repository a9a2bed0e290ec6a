import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { openPage } from '../../support/browserWindow.ts';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import { startCli } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { testWithHost, type HostWindow } from '../../support/windowSuites/hostSuite.ts';

const reason = whyNoBrowser();

/** Starts `enlarger serve` with one opened folder. */
async function serve(): Promise<{ readonly url: string; readonly photos: string }> {
  const folder = temporaryFolder();
  const photos = path.join(folder, 'Photos');
  mkdirSync(photos);
  const cli = startCli(['serve', '--no-browser', '--data', path.join(folder, 'data'), '--open', photos]);
  let link = '';
  cli.child.stdout?.on('data', (text: string) => (link += text));
  await cli.until('#t=');
  return { url: link.trim(), photos };
}

async function openServed(browser: Browser): Promise<HostWindow> {
  const { url, photos } = await serve();
  const window = await openPage(browser, url);
  onTestFinished(() => window[Symbol.asyncDispose]());
  const { page } = window;
  return {
    ...window,
    photos,
    namePhotos: async () => {
      await page.getByRole('combobox', { name: 'Folder' }).selectOption('Photos');
    },
    takeResult: async () => {
      const result = await window.save(() => page.getByRole('button', { name: 'Download' }).click());
      return readFileSync(result.path);
    },
  };
}

describe.skipIf(reason !== undefined)(
  `the window of enlarger serve${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    testWithHost(() => openServed(browser));
  },
);
