/**
 * @file Takes the images of docs/screens: every screen of the window, in both themes and both languages, from the
 * program itself. `npm run screens`, with a Chromium on the machine.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser } from '../support/launchBrowser.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const program = process.env['ENLARGER_PROGRAM'] ?? path.join(checkout, 'dist/cli/main.js');
const target = path.join(checkout, 'docs/screens');
const images = ['cat.jpg', 'flowers.jpg', 'shore.webp', 'compass.png', 'page.png'];
const files = [...images, 'CREDITS.md'].map((name) => path.join(checkout, 'examples', name));

const SIZE = { width: 1360, height: 850 };
const LOOKS = [
  { name: 'en-dark', locale: 'en-US', colorScheme: 'dark' },
  { name: 'en-light', locale: 'en-US', colorScheme: 'light' },
  { name: 'zh-dark', locale: 'zh-TW', colorScheme: 'dark' },
  { name: 'zh-light', locale: 'zh-TW', colorScheme: 'light' },
] as const;

interface Snapshot {
  readonly name: string;
  readonly page: Page;
}

async function startServe(data: string, photos: string): Promise<{ url: string; stop: () => void }> {
  const words = ['serve', '--no-browser', '--data', data, '--open', photos];
  const window = ['--window', path.join(checkout, 'dist/renderer')];
  const child = spawn(process.execPath, [program, ...words, ...window], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const part of child.stdout) {
    text += String(part);
    if (text.includes('#t=')) return { url: text.trim(), stop: () => child.kill('SIGINT') };
  }
  throw new Error('enlarger serve ended before it printed its link.');
}

async function openLooks(browser: Browser, url: string): Promise<readonly Snapshot[]> {
  return Promise.all(
    LOOKS.map(async ({ name, locale, colorScheme }) => {
      const context = await browser.newContext({
        viewport: SIZE,
        locale,
        colorScheme,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(url);
      await page.waitForSelector('.window');
      return { name, page };
    }),
  );
}

async function save(page: Page, name: string): Promise<void> {
  await page.evaluate('document.activeElement?.blur?.()');
  await page.mouse.move(2, 2);
  const bytes = await page.screenshot();
  await sharp(bytes)
    .webp({ quality: 82, effort: 6 })
    .toFile(path.join(target, `${name}.webp`));
}

/** Prepares a screen in every look, one after the other, and takes it. */
async function screen(
  looks: readonly Snapshot[],
  name: string,
  prepare: (page: Page) => Promise<unknown>,
): Promise<void> {
  for (const look of looks) {
    await prepare(look.page);
    await look.page.waitForTimeout(400); // images of this moment may still be on their way
    await save(look.page, `${name}-${look.name}`);
  }
  process.stderr.write(`${name}\n`);
}

/** Adds the examples as a person would through the dialog. */
async function addImages(page: Page): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.locator('.start .primary, .add button').first().click();
  await (await chooser).setFiles(files);
  await page.locator('.images img').nth(2).waitFor({ timeout: 60_000 });
  await page
    .locator('.draft')
    .nth(images.length - 1)
    .waitFor();
}

/** Looks into the opened folder and chooses two of its images. */
async function pickImages(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.add button').last().click();
  for (const name of images.slice(0, 2)) await page.getByRole('option', { name }).click();
}

const place = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

async function takeAll(browser: Browser, url: string): Promise<void> {
  const looks = await openLooks(browser, url);
  await screen(looks, '1-first-start', () => Promise.resolve());
  await screen(looks, '2-draft', addImages);
  const [first] = looks;
  if (first === undefined) throw new Error('There is no look.');
  await first.page.locator('form button.primary').click();
  await first.page.locator('.job').first().waitFor();
  await first.page.keyboard.press('F6');
  await takeRunning(looks, first.page);
  await first.page
    .locator('.job .done, .job .look')
    .nth(images.length - 1)
    .waitFor({ timeout: 300_000 });
  await screen(looks, '4-compare', async (page) => {
    await page.locator('.job').first().click();
    await page.getByRole('button', { name: /^(Details|詳細資料)$/ }).waitFor();
  });
  await takeSizes(first.page);
  await screen(looks, '5-full-window', async (page) => {
    await page.locator('.job').nth(1).click();
    await page.locator('.grid').focus();
    for (const key of ['Space', 'm', '1']) await page.keyboard.press(key);
  });
  await screen(looks, '6-batch-report', async (page) => {
    for (const key of ['Escape', 'm', 'm', '0']) await page.keyboard.press(key);
    await page.getByRole('button', { name: /^(Batch report|批次報告)$/ }).click();
    await page.locator('.report ol li').first().waitFor();
  });
  await screen(looks, '7-watched-folders', place(/^(Watched folders|監看的資料夾)/));
  await screen(looks, '11-models', place(/^(Models|模型)/));
  await screen(looks, '8-settings', (page) => page.keyboard.press('Control+,'));
  await screen(looks, '9-shortcuts', (page) => page.keyboard.press('?'));
  await screen(looks, '10-opened-folders', pickImages);
}

/** Every look at the same moment: the examples would be done before the last one's turn. */
async function takeRunning(looks: readonly Snapshot[], starter: Page): Promise<void> {
  const each = (work: (look: Snapshot) => Promise<void>): Promise<unknown> => Promise.all(looks.map(work));
  await each(async ({ page }) => {
    await page.locator('.batch .item').first().click();
    await page.locator('.job').first().click();
    await page.waitForTimeout(400); // images may still be on their way
  });
  await starter.keyboard.press('Control+Enter');
  await each(async ({ name, page }) => {
    await page.locator('.job .running').first().waitFor();
    await save(page, `3-running-${name}`);
  });
}

/** The smallest window that is promised, and a large one. */
async function takeSizes(page: Page): Promise<void> {
  for (const size of [
    { width: 1024, height: 700 },
    { width: 2560, height: 1440 },
  ]) {
    await page.setViewportSize(size);
    await page.waitForTimeout(600);
    await save(page, `size-${size.width}x${size.height}`);
  }
  await page.setViewportSize(SIZE);
}

const data = mkdtempSync(path.join(os.tmpdir(), 'enlarger-screens-'));
const photos = path.join(data, 'Photos');
for (const below of ['Autumn 2025', 'Scans']) mkdirSync(path.join(photos, below), { recursive: true });
for (const name of images) copyFileSync(path.join(checkout, 'examples', name), path.join(photos, name));
mkdirSync(target, { recursive: true });
for (const name of readdirSync(target).filter((each) => each.endsWith('.webp')))
  rmSync(path.join(target, name));
const serving = await startServe(path.join(data, 'program'), photos);
const browser = await launchBrowser();
try {
  await takeAll(browser, serving.url);
} finally {
  await browser.close();
  serving.stop();
}
