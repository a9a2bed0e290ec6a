import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openManyRows } from '../../support/manyRows.ts';
import { launchBrowser, whyNoBrowser } from '../../support/windowPage.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== undefined)(
  `a list of 10,000 pictures${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    test('is scrolled to its end, searched and filtered, with few rows in the page', async () => {
      await using window = await openManyRows(browser, 10_000);
      const { page, complaints } = window;
      await page.getByRole('radio', { name: 'All 10,000' }).waitFor();
      await page.getByRole('grid', { name: 'Pictures' }).focus();
      await page.keyboard.press('End');
      await page.getByRole('row', { name: 'picture 09999.jpg' }).waitFor();
      expect(await page.getByRole('row').count()).toBeLessThan(60);
      await page.keyboard.press('Home');
      await page.getByRole('row', { name: 'picture 00000.jpg' }).waitFor();

      await page.getByRole('searchbox', { name: 'Search by name' }).fill('0777');
      await page.getByRole('row', { name: 'picture 07770.jpg' }).waitFor();
      await page.getByRole('radio', { name: 'Failed 0' }).click();
      await page.getByText('No pictures here.').waitFor();
      expect(complaints).toEqual([]);
    });
  },
);
