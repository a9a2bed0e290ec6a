import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage } from '../../support/browserWindow.ts';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import { examples, startStandIn } from '../../support/standIn.ts';
import { BROWSER_INFO } from '../../support/standInInfo.ts';
import { dropFiles } from '../../support/windowPage.ts';

const reason = whyNoBrowser();
const ROOTS = [{ id: 'r1', name: 'Photos' }];

describe.skipIf(reason !== undefined)(
  `a new batch${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    test('is warned of a disk that is too small, and offers recent folders under their heading', async () => {
      await using standIn = await startStandIn({ ...BROWSER_INFO, roots: ROOTS }, { freeBytes: 1_000 });
      await using window = await openPage(browser, standIn.server.url);
      const { page, complaints } = window;
      await page.evaluate(
        `localStorage.setItem('recent.folders', '{"inputs":[{"kind":"root","rootId":"r1","relative":"2024/trip"}],"outputs":[]}')`,
      );
      await page.reload();
      await dropFiles(page, [path.join(examples, 'cat.jpg')]);
      await page.getByText(/^The results need about .+, but only .+ is free there\.$/).waitFor();
      await page.getByRole('button', { name: 'Recent folders' }).click();
      await page.getByRole('menu').getByText('Recent folders').waitFor();
      const folder = page.getByRole('menuitem', { name: 'trip' });
      expect(await folder.getAttribute('title')).toBe('Photos/2024/trip');
      expect(complaints).toEqual([]);
    });
  },
);
