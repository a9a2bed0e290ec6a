import { copyFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect } from 'vitest';
import { temporaryFolder } from '../temporaryFolder.ts';
import {
  add,
  choosePlain,
  copies,
  numbered,
  start,
  waitUntilDone,
  waitUntilReady,
  WORK_LIMIT_MS,
} from './steps.ts';
import type { Desk } from './workplace.ts';

const brokenFolder = fileURLToPath(new URL('../../fixtures/broken', import.meta.url));

/** The first minute with the program: a sample, its comparison and its report. */
export async function trySample({ place, hands }: Desk): Promise<void> {
  const { page } = place.window;
  await hands.press(page.getByRole('button', { name: 'Try a sample photo' }));
  await waitUntilDone(page);
  const split = page.getByRole('slider', { name: 'Split position' });
  await hands.slide(split);
  expect(Number(await split.getAttribute('aria-valuenow'))).toBeLessThan(50);
  await hands.press(page.getByRole('button', { name: 'Details' }));
  await page
    .getByText(/^(Looks right|Please check this one)$/)
    .first()
    .waitFor();
}

/** 50 images and 10 files that are broken in different ways: the good ones are enlarged, the others are listed. */
export async function addMixedFiles(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  const folder = temporaryFolder();
  const broken = readdirSync(brokenFolder).map((name) => {
    const file = path.join(folder, `broken ${name}`);
    copyFileSync(path.join(brokenFolder, name), file);
    return file;
  });
  expect(broken).toHaveLength(10);
  await place.window.chooseFiles(() => hands.addFiles(page), [...copies(numbered(50)), ...broken]);
  await page.getByText(/^\d+ files couldn’t be added$/).waitFor({ timeout: WORK_LIMIT_MS });
  // The first broken file is named while others are still being sent.
  await waitUntilReady(page);
  await choosePlain(desk);
  await start(desk);
  await page.getByText(/^(All done|Finished – 50 done.*)$/).waitFor({ timeout: WORK_LIMIT_MS });
  const results = await place.takeResults(hands);
  expect(results.size).toBe(50);
}

/** Nothing is lost when a batch is paused, resumed and cancelled, and the cancellation is undone. */
export async function pauseAndUndo(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  await add(desk, copies(numbered(12)));
  // Slow enough that the batch is still running when the button is pressed.
  await hands.press(page.getByRole('radio', { name: /^Photo/ }).first());
  await start(desk);
  await hands.press(page.getByRole('button', { name: 'Pause' }));
  await page.getByText(/^Paused, \d+ of 12 done$/).waitFor();
  await hands.press(page.getByRole('button', { name: 'Resume' }));
  await hands.press(page.getByRole('button', { name: 'Cancel all' }));
  await page.getByText(/^Finished – /).waitFor();
  await hands.press(page.getByRole('button', { name: 'Undo' }));
  await page.getByRole('radio', { name: 'Done 12' }).waitFor({ timeout: WORK_LIMIT_MS });
  const results = await place.takeResults(hands);
  expect(results.size).toBe(12);
}

/** Three models on the same crop; the one that is pressed is used. */
export async function compareModels(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  await add(desk, copies(['cat.jpg']));
  await hands.press(page.getByRole('button', { name: 'Compare models' }));
  const group = page.getByRole('group', { name: 'Compare models' });
  const panes = group.getByRole('figure');
  await hands.press(panes.first().getByRole('button', { name: /^Remove .+ from the comparison$/ }));
  await expect.poll(() => panes.count()).toBe(3);
  await hands.select(panes.last().getByRole('combobox', { name: 'Model' }), 'Plain');
  await expect
    .poll(() => group.getByText(/ for this area, .+ for the image$/).count(), { timeout: WORK_LIMIT_MS })
    .toBe(3);
  await hands.press(group.getByRole('button', { name: 'Use: Plain' }));
  await hands.press(page.getByRole('button', { name: 'Compare models' }));
  await page.getByRole('radio', { name: /^Plain/, checked: true }).waitFor();
  await start(desk);
  await waitUntilDone(page);
}

/** A print: 10 × 15 cm at 300 dpi, which the file itself states. */
export async function makePrint(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  await add(desk, copies(['cat.jpg']));
  await hands.select(page.getByRole('combobox', { name: 'Size by' }), 'Print size');
  await page.getByRole('combobox', { name: 'Paper size' }).waitFor();
  await choosePlain(desk);
  await start(desk);
  await waitUntilDone(page);
  const [result] = (await place.takeResults(hands)).values();
  const { width, height, density, autoOrient } = await sharp(result).metadata();
  expect(autoOrient).toEqual({ width, height });
  // 250 × 220 fits onto 15 × 10 cm by its height: 10 cm are 1181.1 px.
  expect({ width, height, density }).toEqual({ width: 1343, height: 1182, density: 300 });
}
