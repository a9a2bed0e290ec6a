import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { examples } from '../standIn.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import type { DrivenWindow } from '../windowFace.ts';
import { dropFiles, openReport } from '../windowPage.ts';

const WORK_LIMIT_MS = 120_000;

/** A window with the program's own host behind it. */
export interface HostWindow extends DrivenWindow {
  /** A folder that this window can watch. */
  readonly photos: string;
  /** Its name in the window. */
  readonly shownAs: string;
  /** Enters this folder in the form for watched folders. */
  namePhotos(): Promise<void>;
  /** Saves the shown result as a person would. */
  takeResult(): Promise<Buffer>;
}

/** Images in a folder with a name that breaks careless programs. */
function putImages(names: Readonly<Record<string, string>>): string[] {
  const folder = path.join(temporaryFolder(), '圖 # 100%');
  mkdirSync(folder);
  return Object.entries(names).map(([name, example]) => {
    const file = path.join(folder, name);
    copyFileSync(path.join(examples, example), file);
    return file;
  });
}

/** Tests the window with the program itself, in a browser or on the desktop. */
export function testWithHost(open: () => Promise<HostWindow>): void {
  test(
    'drops, previews, enlarges with a network, compares, reports, exports and saves the result',
    { timeout: 2 * WORK_LIMIT_MS },
    async () => {
      const window = await open();
      const { page, complaints } = window;
      const named = { 'cat.jpg': 'cat.jpg', 'flowers.jpg': 'flowers.jpg', 'CREDITS.md': 'CREDITS.md' };
      await dropFiles(page, putImages(named));
      await page.getByText('1 file couldn’t be added').waitFor();
      await page.getByText('250 × 220 → 1000 × 880').waitFor();
      await page.getByRole('img', { name: 'Automatic' }).waitFor();
      await page.getByRole('radio', { name: '× 2', exact: true }).click();
      await page.getByText('250 × 220 → 500 × 440').waitFor();
      await page.getByRole('button', { name: 'Enlarge 2 images' }).click();
      await page.getByText('All done').waitFor({ timeout: WORK_LIMIT_MS });

      await page.getByRole('slider', { name: 'Split position' }).waitFor();
      await openReport(page);
      await page.getByRole('radio', { name: 'Added detail' }).click();
      await page.getByText('Where the result has more detail than').waitFor();

      const result = await sharp(await window.takeResult()).metadata();
      expect({ width: result.width, height: result.height }).toEqual({ width: 500, height: 440 });

      await page.getByRole('button', { name: 'Batch report' }).click();
      await page.getByRole('heading', { name: 'Lowest quality first' }).waitFor();
      const json = page.getByRole('region', { name: 'Batch report' }).getByRole('button', { name: 'JSON' });
      const report = await window.save(() => json.click());
      const saved: unknown = JSON.parse(readFileSync(report.path, 'utf8'));
      expect(saved).toMatchObject({ schema: 'enlarger.batch-report/1' });
      await page.getByRole('button', { name: 'Back to images' }).click();
      await page.getByRole('row', { name: 'flowers.jpg' }).waitFor();

      // The work outlives the page: a reload shows the same list.
      await page.reload();
      await page.getByRole('row', { name: 'flowers.jpg' }).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  test('pauses, continues, and cancels waiting images', async () => {
    const { page } = await open();
    const names = Array.from({ length: 8 }, (_, index) => [`cat ${index}.jpg`, 'cat.jpg']);
    await dropFiles(page, putImages(Object.fromEntries(names) as Record<string, string>));
    await page.getByRole('button', { name: 'Enlarge 8 images' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/^Paused, \d+ of 8 done$/).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await page.getByText(/^Finished – /).waitFor({ timeout: WORK_LIMIT_MS });
    await page.getByRole('radio', { name: /^Skipped or cancelled [1-8]$/ }).waitFor();
  });

  test('watches a folder: a new image is enlarged by itself', async () => {
    const window = await open();
    const { page, photos } = window;
    await page
      .getByRole('button', { name: /^(Watch a folder|Watched folders)$/ })
      .first()
      .click();
    await window.namePhotos();
    await page.getByRole('textbox', { name: 'Exclude' }).fill('*_web.*');
    await page.getByRole('button', { name: 'Watch this folder' }).click();
    await page.getByText('Watching').waitFor();
    await page.getByText(window.shownAs).first().waitFor();
    await page.getByText('All except *_web.*').waitFor();
    copyFileSync(path.join(examples, 'cat.jpg'), path.join(photos, 'cat_web.jpg'));
    copyFileSync(path.join(examples, 'cat.jpg'), path.join(photos, 'new cat.jpg'));
    await page.getByText('1 image processed').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'All images' }).click();
    await page.getByRole('row', { name: 'new cat.jpg' }).getByText(/^Done/).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Watched folders' }).click();
    await page.getByRole('button', { name: 'Pause watching' }).click();
    await page.getByText('Paused ·').waitFor();
    await page.getByRole('button', { name: 'Stop watching (files are kept)' }).click();
    await page.getByText('Paused ·').waitFor({ state: 'hidden' });
  });
}
