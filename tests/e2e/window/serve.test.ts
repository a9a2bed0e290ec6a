import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCli } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import {
  accessibilityFindings,
  dropFiles,
  examples,
  launchBrowser,
  openPage,
  whyNoBrowser,
} from '../../support/windowPage.ts';

const reason = whyNoBrowser();
const cat = path.join(examples, 'cat.jpg');
const flowers = path.join(examples, 'flowers.jpg');

/** Starts `enlarger serve` with one opened folder. */
async function serve(): Promise<{ readonly url: string; readonly photos: string }> {
  const folder = temporaryFolder();
  const photos = path.join(folder, 'Photos');
  mkdirSync(photos);
  const cli = startCli(['serve', '--no-browser', '--data', path.join(folder, 'data'), '--open', photos]);
  let link = '';
  cli.child.stdout?.on('data', (text: string) => (link += text));
  await cli.until('#t=');
  return { url: link.trim(), photos };
}

describe.skipIf(reason !== undefined)(
  `the window of enlarger serve${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    test('drops, previews, enlarges with a network, compares, reports, exports and downloads', async () => {
      const { url } = await serve();
      await using window = await openPage(browser, url);
      const { page, complaints } = window;
      await dropFiles(page, [cat, flowers, path.join(examples, 'CREDITS.md')]);
      await page.getByText('1 file cannot be enlarged').waitFor();
      await page.getByText('250 × 220 → 1000 × 880').waitFor();
      await page.getByRole('img', { name: 'Enlarger' }).waitFor();
      await page.getByRole('radio', { name: '× 2', exact: true }).click();
      await page.getByText('250 × 220 → 500 × 440').waitFor();
      await page.getByRole('button', { name: 'Enlarge 2 pictures' }).click();
      await page.getByText('All done').waitFor({ timeout: 120_000 });

      await page.getByRole('slider', { name: 'Where original and result meet' }).waitFor();
      await page.getByText('Explains its original').waitFor();
      await page.getByRole('radio', { name: 'Added detail' }).click();
      await page.getByText('Where the result shows more than').waitFor();

      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      const result = await sharp(readFileSync(await (await download).path())).metadata();
      expect({ width: result.width, height: result.height }).toEqual({ width: 500, height: 440 });

      await page.getByRole('button', { name: 'Report on this batch' }).click();
      await page.getByText('Worst first').waitFor();
      const report = page.waitForEvent('download');
      await page.getByRole('main').getByRole('button', { name: 'JSON' }).click();
      const saved: unknown = JSON.parse(readFileSync(await (await report).path(), 'utf8'));
      expect(saved).toMatchObject({ schema: 'enlarger.batch-report/1' });

      // The session outlives the page: a reload shows the same list.
      await page.reload();
      await page.getByRole('row', { name: 'flowers.jpg' }).waitFor();
      expect(complaints).toEqual([]);
    });

    test('picks pictures of an opened folder by keyboard, and puts the results beside them', async () => {
      const { url, photos } = await serve();
      mkdirSync(path.join(photos, 'Trip'));
      copyFileSync(cat, path.join(photos, 'Trip', 'cat.jpg'));
      copyFileSync(flowers, path.join(photos, 'Trip', 'flowers.jpg'));
      copyFileSync(flowers, path.join(photos, 'other.jpg'));
      await using window = await openPage(browser, url);
      const { page, complaints } = window;
      await page.getByRole('main').getByRole('button', { name: 'Opened folders' }).click();
      await page.getByRole('option', { name: 'other.jpg' }).waitFor();
      const list = page.getByRole('listbox', { name: 'Folders and pictures' });
      await list.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'cat.jpg' }).waitFor();
      await page.keyboard.press('Space');
      await page.getByRole('option', { name: 'cat.jpg', selected: true }).waitFor();
      expect(await accessibilityFindings(page)).toEqual([]);
      await page.keyboard.press('Backspace');
      await page.getByRole('option', { name: 'other.jpg' }).click();
      await page.getByRole('button', { name: 'Add 2 pictures' }).click();
      await page.getByText('250 × 220 → 1000 × 880').waitFor();
      await page.getByRole('img', { name: 'Enlarger' }).waitFor(); // the preview
      await page.getByRole('radio', { name: /^Plain/ }).click();
      await page.getByRole('combobox', { name: 'Save to' }).selectOption('beside');
      await page.getByRole('button', { name: 'Enlarge 2 pictures' }).click();
      await page.getByText('All done').waitFor({ timeout: 60_000 });
      expect(readdirSync(path.join(photos, 'Trip', 'enlarged'))).toEqual(['cat_4x.jpg']);
      expect(readdirSync(path.join(photos, 'enlarged'))).toHaveLength(1);
      expect(complaints).toEqual([]);
    });

    test('pauses, goes on, and cancels what waits', async () => {
      const { url } = await serve();
      await using window = await openPage(browser, url);
      const { page } = window;
      await dropFiles(
        page,
        Array.from({ length: 8 }, () => cat),
      );
      await page.getByRole('button', { name: 'Enlarge 8 pictures' }).click();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText(/^Paused, /).waitFor();
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByRole('button', { name: 'Cancel all' }).click();
      await page.getByText('All done').waitFor({ timeout: 60_000 });
      await page.getByRole('radio', { name: /^Skipped [1-8]$/ }).waitFor();
    });

    test('watches an opened folder: a new picture is enlarged by itself', async () => {
      const { url, photos } = await serve();
      await using window = await openPage(browser, url);
      const { page } = window;
      await page.getByRole('button', { name: 'Watch a folder' }).click();
      mkdirSync(path.join(photos, 'Inbox'));
      expect(await page.getByRole('combobox', { name: 'Folder' }).inputValue()).toBe('Photos');
      await page.getByRole('button', { name: 'Choose…' }).click();
      await page.getByRole('option', { name: 'Inbox' }).click();
      await page.getByRole('button', { name: 'Use this folder' }).click();
      await page.getByRole('textbox', { name: 'Leave out pictures like' }).fill('*_web.*');
      await page.getByRole('button', { name: 'Watch this folder' }).click();
      await page.getByText('Watching').waitFor();
      await page.getByText('Photos/Inbox').first().waitFor();
      await page.getByText('Without *_web.*').waitFor();
      copyFileSync(cat, path.join(photos, 'Inbox', 'cat_web.jpg'));
      copyFileSync(cat, path.join(photos, 'Inbox', 'new cat.jpg'));
      await page.getByText('1 picture taken').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'All pictures' }).click();
      await page.getByRole('row', { name: 'new cat.jpg' }).getByText(/^Done/).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Watched folders' }).click();
      await page.getByRole('button', { name: 'Pause watching' }).click();
      await page.getByText('Paused ·').waitFor();
      await page.getByRole('button', { name: 'Stop watching; files stay' }).click();
      await page.getByText('Paused ·').waitFor({ state: 'hidden' });
    });
  },
);
