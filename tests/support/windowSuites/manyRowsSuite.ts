import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { WindowFace } from '../windowFace.ts';

/** Goes through a list of 10,000 pictures, `picture 00000.jpg` and so on, of which none has failed. */
export async function goThroughManyRows(page: Page): Promise<void> {
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
}

/** A list of 10,000 pictures, on whatever shows it. */
export function testManyRows(face: () => WindowFace): void {
  test('a list of 10,000 pictures is scrolled to its end, searched and filtered, with few rows in the page', async () => {
    await using window = await face().open({ rows: 10_000 });
    await goThroughManyRows(window.page);
    expect(window.complaints).toEqual([]);
  });
}
