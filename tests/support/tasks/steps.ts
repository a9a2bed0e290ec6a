import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { examples } from '../standIn.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import type { Desk } from './workplace.ts';

/** Time for a network on a processor that other tests use as well. */
export const WORK_LIMIT_MS = 180_000;

/** Copies of an example under different names. */
export function copies(names: readonly string[], example = 'cat.jpg', folder = temporaryFolder()): string[] {
  return names.map((name) => {
    const file = path.join(folder, name);
    copyFileSync(path.join(examples, example), file);
    return file;
  });
}

/** `cat 001.jpg`, `cat 002.jpg` and so on. */
export function numbered(count: number, name = 'cat', digits = 3): string[] {
  return Array.from(
    { length: count },
    (_, index) => `${name} ${String(index + 1).padStart(digits, '0')}.jpg`,
  );
}

/** Adds files, and waits until the expected number of them is in the new batch. */
export async function add(
  { place, hands }: Desk,
  files: readonly string[],
  count = files.length,
): Promise<void> {
  const { page } = place.window;
  await place.window.chooseFiles(() => hands.addFiles(page), files);
  const images = count === 1 ? '1 image' : `${count} images`;
  await page.getByText(images, { exact: true }).waitFor();
  await waitUntilReady(page);
}

const startButton = (page: Page) => page.getByRole('button', { name: /^Enlarge [\d,]+ images?$/ });

/** All files have been sent and inspected. */
export async function waitUntilReady(page: Page): Promise<void> {
  await startButton(page).and(page.locator(':enabled')).waitFor({ timeout: WORK_LIMIT_MS });
}

/** Classic resampling, since this tests the window, not a network. */
export async function choosePlain({ place, hands }: Desk): Promise<void> {
  const { page } = place.window;
  const plain = page.getByRole('radio', { name: /^Plain/ });
  if (!(await plain.isVisible())) await hands.press(page.getByRole('button', { name: 'More models' }));
  await hands.press(plain);
}

export async function start({ place, hands }: Desk): Promise<void> {
  await hands.press(startButton(place.window.page));
}

export async function waitUntilDone(page: Page): Promise<void> {
  await page.getByText('All done').waitFor({ timeout: WORK_LIMIT_MS });
}
