import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from './launchBrowser.ts';
import { startStandIn } from './standIn.ts';
import { BROWSER_INFO } from './standInInfo.ts';
import { collectComplaints, USUAL_VIEWPORT, type DrivenWindow, type WindowFace } from './windowFace.ts';

export type BrowserWindow = DrivenWindow & AsyncDisposable;

/** Opens an address in a browser with a separate profile in memory. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<BrowserWindow> {
  const context = await browser.newContext({
    viewport: USUAL_VIEWPORT,
    locale: 'en-US',
    colorScheme: 'dark',
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const [complaints] = collectComplaints(page);
  // A listener makes the browser report its dialogs; it must be there before the first key is pressed.
  page.on('filechooser', () => undefined);
  await page.goto(url);
  await page.waitForSelector('.window');
  return {
    page,
    complaints,
    chooseFiles: async (press, files) => {
      const chooser = page.waitForEvent('filechooser');
      await press();
      await (await chooser).setFiles(files);
    },
    save: async (press) => {
      const started = page.waitForEvent('download');
      await press();
      const download = await started;
      return { name: download.suggestedFilename(), path: await download.path() };
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Shows windows with a stand-in host in Chromium. */
export async function startBrowserFace(): Promise<WindowFace> {
  const browser = await launchBrowser();
  return {
    open: async ({ colorScheme, language, viewport, rows } = {}) => {
      // A browser's window follows the browser's language, until another is chosen.
      const standIn = await startStandIn(BROWSER_INFO, { ...(rows !== undefined && { rows }) });
      const window = await openPage(browser, standIn.server.url, {
        ...(colorScheme !== undefined && { colorScheme }),
        ...(language !== undefined && { locale: language === 'en' ? 'en-US' : language }),
        ...(viewport !== undefined && { viewport }),
      });
      return {
        ...window,
        ...standIn,
        [Symbol.asyncDispose]: async () => {
          await window[Symbol.asyncDispose]();
          await standIn[Symbol.asyncDispose]();
        },
      };
    },
    close: () => browser.close(),
  };
}
