import path from 'node:path';
import type { Page } from 'playwright-core';
import type { DesktopBridge } from '../../electron/channels.ts';
import type { DesktopProgram } from './desktopProgram.ts';
import { checkout } from './runProgram.ts';

/** The globals of code in a page; this file's own code runs outside. */
declare const enlarger: DesktopBridge;
declare const document: { createElement(name: string): never };

/** Opens another window with our preload script, as a hole in the program would, and calls the host from it. */
export async function callFromForeignWindow(program: DesktopProgram, url: string): Promise<unknown> {
  const opened = program.app.waitForEvent('window');
  await program.app.evaluate(
    ({ BrowserWindow }, options) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { preload: options.preload, sandbox: true },
      });
      void window.loadURL(options.url);
    },
    { url, preload: path.join(checkout, 'dist', 'electron', 'preload.cjs') },
  );
  const foreign = await opened;
  await foreign.waitForLoadState();
  try {
    return await foreign.evaluate(async () => [
      await enlarger.call('getSettings', {}),
      await enlarger.desktop.chooseFolder().catch(() => 'refused'),
    ]);
  } finally {
    await foreign.close();
  }
}

/** Shows an image in the page. @returns Whether that worked. */
export function showImage(page: Page, url: string): Promise<boolean> {
  return page.evaluate(
    (source) =>
      new Promise<boolean>((resolve) => {
        const image: { src: string; onload(): void; onerror(): void } = document.createElement('img');
        image.onload = () => {
          resolve(true);
        };
        image.onerror = () => {
          resolve(false);
        };
        image.src = source;
      }),
    url,
  );
}
