import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPage } from '../../support/browserWindow.ts';
import { launchBrowser, whyNoBrowser } from '../../support/launchBrowser.ts';
import { examples } from '../../support/standIn.ts';
import { startCli } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { accessibilityFindings, openReport } from '../../support/windowPage.ts';
import { testWithHost, type HostWindow } from '../../support/windowSuites/hostSuite.ts';

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

async function openServed(browser: Browser): Promise<HostWindow> {
  const { url, photos } = await serve();
  const window = await openPage(browser, url);
  onTestFinished(() => window[Symbol.asyncDispose]());
  const { page } = window;
  const inbox = path.join(photos, 'Inbox');
  return {
    ...window,
    photos: inbox,
    shownAs: 'Photos/Inbox',
    namePhotos: async () => {
      mkdirSync(inbox);
      expect(await page.getByRole('combobox', { name: /^Folder/ }).inputValue()).toBe('Photos');
      await page.getByRole('button', { name: 'Choose…' }).click();
      await page.getByRole('option', { name: 'Inbox' }).click();
      await page.getByRole('button', { name: 'Use this folder' }).click();
    },
    takeResult: async () => {
      const result = await window.save(() =>
        page.getByRole('button', { name: 'Download', exact: true }).click(),
      );
      return readFileSync(result.path);
    },
  };
}

describe.skipIf(reason !== undefined)(
  `the window of enlarger serve${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser();
    });

    afterAll(() => browser.close());

    testWithHost(() => openServed(browser));

    test('tries the sample with one click', async () => {
      const { url } = await serve();
      await using window = await openPage(browser, url);
      const { page, complaints } = window;
      await page.getByRole('button', { name: 'Try a sample photo' }).click();
      await page.getByText('All done').waitFor();
      await openReport(page);
      expect(complaints).toEqual([]);
    });

    test('picks images of an opened folder by keyboard, and puts the results next to them', async () => {
      const { url, photos } = await serve();
      mkdirSync(path.join(photos, 'Trip'));
      copyFileSync(cat, path.join(photos, 'Trip', 'cat.jpg'));
      copyFileSync(flowers, path.join(photos, 'Trip', 'flowers.jpg'));
      copyFileSync(flowers, path.join(photos, 'other.jpg'));
      await using window = await openPage(browser, url);
      const { page, complaints } = window;
      await page.getByRole('main').getByRole('button', { name: 'Browse folders' }).click();
      await page.getByRole('option', { name: 'other.jpg' }).waitFor();
      // The list has the focus immediately; otherwise Enter would press the button that closes the dialog.
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'cat.jpg' }).waitFor();
      await page.keyboard.press('Space');
      await page.getByRole('option', { name: 'cat.jpg', selected: true }).waitFor();
      expect(await accessibilityFindings(page)).toEqual([]);
      await page.keyboard.press('Backspace');
      await page.getByRole('option', { name: 'other.jpg' }).click();
      await page.getByRole('button', { name: 'Add 2 images' }).click();
      await page.getByText('250 × 220 → 1000 × 880').waitFor();
      await page.getByRole('img', { name: 'Automatic' }).waitFor(); // the preview
      await page.getByRole('button', { name: 'More models' }).click();
      await page.getByRole('radio', { name: /^Plain/ }).click();
      await page.getByRole('combobox', { name: 'Save to' }).selectOption('beside');
      await page.getByText('Format and name').click();
      await page.getByRole('combobox', { name: 'Colour profile' }).selectOption('Convert to sRGB');
      await page.getByRole('combobox', { name: 'Save a report with the results' }).selectOption('html');
      await page.getByRole('button', { name: 'Enlarge 2 images' }).click();
      await page.getByText('All done').waitFor({ timeout: 60_000 });
      expect(readdirSync(path.join(photos, 'Trip', 'enlarged'))).toEqual(['cat_4x.jpg']);
      await expect
        .poll(() => readdirSync(path.join(photos, 'enlarged')).sort(), { timeout: 20_000 })
        .toEqual([expect.stringMatching(/^enlarger-report-\d+\.html$/), 'other_4x.jpg']);
      expect(complaints).toEqual([]);
    });
  },
);
