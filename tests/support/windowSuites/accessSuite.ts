import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { examples } from '../standIn.ts';
import type { WindowFace } from '../windowFace.ts';
import { accessibilityFindings, dropFiles, openReport } from '../windowPage.ts';

const files = ['cat.jpg', 'flowers.jpg', 'CREDITS.md'].map((name) => path.join(examples, name));

async function pressTab(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Pressing Tab sixty times did not lead there.');
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(
    "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()",
  );

/** Tests whether everyone can read, reach and understand the window, in a browser or on the desktop. */
export function testAccess(face: () => WindowFace): void {
  test.each(['dark', 'light'] as const)('can read and reach every screen (%s)', async (colorScheme) => {
    await using window = await face().open({ colorScheme });
    const { page, work } = window;
    const findings: Record<string, readonly string[]> = {};
    const look = async (screen: string) => (findings[screen] = await accessibilityFindings(page));

    await look('first start');
    await dropFiles(page, files);
    await page.getByRole('img', { name: 'Automatic' }).waitFor();
    await page.getByRole('radio', { name: /^Photo/ }).click();
    await page.getByRole('slider', { name: 'Strength' }).waitFor();
    await look('draft');
    await page.getByRole('button', { name: 'Enlarge 2 images' }).click();
    await page.getByText('0 of 2 done').waitFor();
    work(3);
    await page.getByRole('row').getByText('Enlarging, 40%').waitFor();
    await look('running');
    work(20);
    await openReport(page);
    await look('done');
    await page.getByRole('row', { name: 'cat.jpg' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Try again' }).waitFor();
    await look('menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Batch report' }).click();
    await page.getByRole('heading', { name: 'Lowest quality first' }).waitFor();
    await look('batch report');
    await page.getByRole('button', { name: 'Watched folders' }).click();
    await look('watched folders');
    await page.getByRole('button', { name: 'Settings' }).click();
    await look('settings');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('dialog').waitFor();
    await look('shortcuts');
    expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((screen) => [screen, []])));
  });

  test('can do everything with only the keyboard', async () => {
    await using window = await face().open();
    const { page, work, complaints } = window;
    await page.getByRole('button', { name: 'Add photos' }).first().waitFor();
    await window.chooseFiles(() => page.keyboard.press('Control+o'), files);
    await page.getByText('2 images', { exact: true }).waitFor();

    await pressTab(page, async () => (await focused(page)) === '× 4');
    await page.keyboard.press('ArrowLeft');
    await page.getByText('250 × 220 → 750 × 660').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('0 of 2 done').waitFor();
    await page.keyboard.press('F6');
    await page.getByText('Paused').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Paused').waitFor({ state: 'hidden' });
    work(20);
    await page.getByText('All done').waitFor();

    await pressTab(page, async () => (await focused(page)) === 'Images');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'flowers.jpg' }).waitFor();
    // The menu opens at the row that the keys act on.
    await page.keyboard.press('Shift+F10');
    const menu = await page.getByRole('menu').boundingBox();
    const row = await page.getByRole('row', { name: 'flowers.jpg' }).boundingBox();
    expect(Math.abs((menu?.y ?? 0) - (row?.y ?? 1e6))).toBeLessThan(60);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Images');
    // Starting the queue from the list opens nothing.
    await page.keyboard.press('Control+Enter');
    expect(await page.locator('.window.full').count()).toBe(0);
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('heading', { name: 'cat.jpg' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.window.full').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.window.full').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+f');
    await page.locator('#search:focus').waitFor();
    await page.keyboard.type('flow');
    await page.getByRole('row', { name: 'cat.jpg' }).waitFor({ state: 'hidden' });
    // Escape first empties the field, then leaves it for the list.
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: 'cat.jpg' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Images');
    await page.keyboard.press('Control+a');
    await page.getByRole('row', { name: 'flowers.jpg', selected: true }).waitFor();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await page.getByRole('heading', { name: 'Enlarge photos up to 8×' }).waitFor();

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+,');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test.each([
    { language: 'en', heading: 'Enlarge photos up to 8×', button: 'Enlarge 2 images' },
    { language: 'zh-TW', heading: '把照片放大到 8 倍', button: '放大 2 張圖片' },
  ] as const)('is addressed in $language', async ({ language, heading, button }) => {
    await using window = await face().open({ language });
    const { page } = window;
    await page.getByRole('heading', { name: heading }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe(language);
    await dropFiles(page, files);
    await page.getByRole('button', { name: button }).waitFor();
  });

  test.each([
    { width: 1024, height: 700 },
    { width: 3840, height: 2160 },
  ])('sees everything in a window of $width × $height', async (viewport) => {
    await using window = await face().open({ viewport });
    const { page } = window;
    await dropFiles(page, files);
    const button = page.getByRole('button', { name: 'Enlarge 2 images' });
    await button.waitFor();
    const box = await button.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 1e9)).toBeLessThanOrEqual(viewport.width);
    expect((box?.y ?? 0) + (box?.height ?? 1e9)).toBeLessThanOrEqual(viewport.height);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
  });
}
