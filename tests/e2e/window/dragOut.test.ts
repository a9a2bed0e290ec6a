import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage } from '../../support/browserWindow.ts';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import { examples, startStandIn } from '../../support/standIn.ts';
import { BROWSER_INFO } from '../../support/standInInfo.ts';
import { dropFiles } from '../../support/windowPage.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== undefined)(
  `dragging out of the window${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    test('a finished row is dragged into another program as a file to download', async () => {
      await using standIn = await startStandIn(BROWSER_INFO, {});
      await using window = await openPage(browser, standIn.server.url);
      const { page } = window;
      await dropFiles(page, [path.join(examples, 'cat.jpg')]);
      await page.getByRole('button', { name: 'Enlarge 1 image' }).click();
      await page.locator('.job').first().waitFor();
      standIn.work(30);
      await page.locator('.job[draggable=true]').waitFor();
      // The page can only read the data for other programs while the drag begins.
      await page.evaluate(`window.addEventListener('dragstart', ({ dataTransfer, defaultPrevented }) => {
        window.dragged = ['DownloadURL', 'text/uri-list'].map((type) => dataTransfer.getData(type));
        if (defaultPrevented) window.dragged = undefined;
      })`);
      const box = await page.locator('.job').first().boundingBox();
      const [x, y] = [(box?.x ?? 0) + 80, (box?.y ?? 0) + 20];
      const prepared = page.waitForResponse(/downloadResult/);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await prepared;
      for (let step = 1; step <= 6; step++) await page.mouse.move(x + step * 8, y + step * 4);
      await page.waitForFunction('window.dragged');
      const [download, address = ''] = await page.evaluate<string[]>('window.dragged');
      await page.mouse.up();
      expect(download).toBe(`application/octet-stream:cat.jpg:${address}`);
      const reply = await page.request.get(address);
      expect({ status: reply.status(), text: await reply.text() }).toEqual({ status: 200, text: 'a result' });
    });
  },
);
