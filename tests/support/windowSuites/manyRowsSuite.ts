import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { WindowFace } from '../windowFace.ts';

/** Goes through a list of 10,000 images, `image 00000.jpg` and so on, without failures. */
export async function goThroughManyRows(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'All 10,000' }).waitFor();
  await page.getByRole('grid', { name: 'Images' }).focus();
  await page.keyboard.press('End');
  await page.getByRole('row', { name: 'image 09999.jpg' }).waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  await page.keyboard.press('Home');
  await page.getByRole('row', { name: 'image 00000.jpg' }).waitFor();

  await page.getByRole('searchbox', { name: 'Search by name' }).fill('0777');
  await page.getByRole('row', { name: 'image 07770.jpg' }).waitFor();
  await page.getByRole('radio', { name: 'Waiting 10,000' }).click();
  await page.getByRole('row', { name: 'image 07770.jpg' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search by name' }).fill('no such image');
  await page.getByText('Nothing to show').waitFor();
  expect(await page.getByRole('radio', { name: /^Failed/ }).count()).toBe(0);
}

/** Tests a list of 10,000 images, in a browser or on the desktop. */
export function testManyRows(face: () => WindowFace): void {
  test('a list of 10,000 images is scrolled to the end, searched and filtered, with few rows in the page', async () => {
    await using window = await face().open({ rows: 10_000 });
    await goThroughManyRows(window.page);
    expect(window.complaints).toEqual([]);
  });

  test('waiting images are dragged to another place, and moved by keyboard', async () => {
    await using window = await face().open({ rows: 10_000 });
    const { page, host, complaints } = window;
    const firstNames = async () => {
      const { jobs } = await host.api.listJobs({ offset: 0, limit: 4 });
      return jobs.map(({ name }) => Number(name.slice(6, 11)));
    };
    const middleOf = async (name: string) => {
      const box = await page.getByRole('row', { name }).boundingBox();
      if (box === null) throw new Error(`${name} is not shown.`);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const from = await middleOf('image 00005.jpg');
    const to = await middleOf('image 00001.jpg');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y - 10, { steps: 8 });
    await page.locator('.gap').waitFor();
    await page.mouse.up();
    await page.locator('.gap').waitFor({ state: 'hidden' });
    await expect.poll(firstNames).toEqual([0, 5, 1, 2]);
    await page.getByRole('row', { name: 'image 00005.jpg', selected: true }).waitFor();

    await page.getByRole('grid', { name: 'Images' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(firstNames).toEqual([5, 0, 1, 2]);
    // The next move depends on the rows that are shown.
    await expect.poll(() => page.getByRole('row').first().innerText()).toContain('image 00005.jpg');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(firstNames).toEqual([0, 5, 1, 2]);

    // Escape puts the rows back.
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x, to.y, { steps: 8 });
    await page.locator('.gap').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.gap').waitFor({ state: 'hidden' });
    await page.mouse.up();
    expect(await firstNames()).toEqual([0, 5, 1, 2]);
    expect(complaints).toEqual([]);
  });
}
