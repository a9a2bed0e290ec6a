import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { StandInHost } from './standInHost.ts';
import { StandInHost as Host } from './standInHost.ts';
import { BROWSER_INFO } from './standInInfo.ts';
import { StandInPictures } from './standInPictures.ts';
import { startStandInServer } from './standInServer.ts';

export { launchBrowser, whyNoBrowser } from './launchBrowser.ts';

export const examples = fileURLToPath(new URL('../../examples', import.meta.url));
export const windowFiles = fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page, and everything that went wrong in it: errors, refused content, failed requests. */
export interface WindowPage extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: readonly string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WindowPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'dark',
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  await page.goto(url);
  await page.waitForSelector('.window');
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

export interface StandInWindow extends WindowPage {
  readonly host: StandInHost;
  /** Does so many ticks of work, one after the other. */
  readonly work: (ticks: number) => void;
}

/** The window with a stand-in host behind it, whose work is done when the test says so. */
export async function openStandIn(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<StandInWindow> {
  const pictures = new StandInPictures(examples);
  const host = new Host(pictures, BROWSER_INFO);
  const server = await startStandInServer({ host, pictures, files: windowFiles });
  const { page, complaints, ...rest } = await openPage(browser, server.url, options);
  return {
    page,
    complaints,
    host,
    work: (ticks) => {
      for (let tick = 0; tick < ticks; tick++) host.tick();
    },
    [Symbol.asyncDispose]: async () => {
      await rest[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Drops files onto the middle of the window, as a person does. */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  }
  await session.detach();
}

interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Serious and critical findings of axe on what is shown, in words. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const findings = await page.evaluate<readonly AxeFinding[]>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations)",
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
}
