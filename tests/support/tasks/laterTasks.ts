import path from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import { putMany } from './putMany.ts';
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

/** A folder with 500 old images is watched: only what comes later is enlarged. */
export async function watchOldFolder({ place, hands }: Desk): Promise<void> {
  const { page } = place.window;
  copies(numbered(500, 'old'), 'cat.jpg', place.photos);
  await hands.press(page.getByRole('button', { name: 'Watch a folder' }));
  await place.nameFolder(hands);
  await page.getByText('Also enlarge the 500 images that are already there').waitFor();
  await hands.press(page.getByRole('button', { name: 'Watch this folder' }));
  await page.getByText('Watching').waitFor();
  copies(['new.jpg'], 'flowers.jpg', place.photos);
  await page.getByText('1 image processed').waitFor({ timeout: WORK_LIMIT_MS });
  await hands.press(page.getByRole('button', { name: /^All images/ }));
  await page.getByRole('radio', { name: 'All 1', exact: true }).waitFor();
  await page.getByRole('row', { name: 'new.jpg' }).getByText(/^Done/).waitFor({ timeout: WORK_LIMIT_MS });
}

/** Every result with one press, by distinct names. */
export async function takeAll(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  await add(desk, [...copies(numbered(5)), ...copies(['cat 001.jpg'], 'flowers.jpg')]);
  await choosePlain(desk);
  await place.saveTogether(hands);
  await start(desk);
  await waitUntilDone(place.window.page);
  const results = await place.takeResults(hands);
  expect(results.size).toBe(6);
  for (const bytes of results.values()) expect((await sharp(bytes).metadata()).width).toBeGreaterThan(700);
}

/** The program ends in the middle of a batch, with a new one prepared: both are there again. */
export async function restartInTheMiddle(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  await add(desk, copies(numbered(8)));
  await start(desk);
  await place.window.page.getByText(/^[1-7] of 8 done$/).waitFor({ timeout: WORK_LIMIT_MS });
  await add(desk, copies(['later.jpg'], 'flowers.jpg'));
  await place.restart();
  const { page } = place.window;
  await page.getByRole('button', { name: /^New batch/ }).waitFor({ timeout: 60_000 });
  await waitUntilReady(page);
  await hands.press(page.getByRole('button', { name: /^All images/ }));
  await page.getByRole('radio', { name: 'Done 8' }).waitFor({ timeout: WORK_LIMIT_MS });
  await hands.row(page.getByRole('grid', { name: 'Images' }), 'cat 001.jpg');
  await page.getByRole('slider', { name: 'Split position' }).waitFor();
}

/** From the report of a batch to its worst result, which is enlarged again with another model. */
export async function retryWorst(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  await add(desk, [...copies(['cat.jpg']), ...copies(['flowers.jpg'], 'flowers.jpg')]);
  await choosePlain(desk);
  await start(desk);
  await waitUntilDone(page);
  await hands.press(page.getByRole('button', { name: 'Batch report' }));
  const report = page.getByRole('region', { name: 'Batch report' });
  await report.getByRole('heading', { name: 'Lowest quality first' }).waitFor();
  const worst = report.getByRole('listitem').last().getByRole('button');
  const name = await worst.locator('.cut').first().innerText();
  await hands.press(worst);
  await hands.press(page.getByRole('button', { name: 'Enlarge again' }));
  await page.getByText('1 image', { exact: true }).waitFor();
  await page.getByRole('radio', { name: /^Plain/, checked: true }).waitFor();
  await hands.press(page.getByRole('radio', { name: /^Fast/ }));
  await start(desk);
  await page.getByText('0 of 1 done').or(page.getByText('All done')).first().waitFor();
  await page.getByRole('row', { name }).getByText(/^Done/).waitFor({ timeout: WORK_LIMIT_MS });
  const results = await place.takeResults(hands);
  expect([...results.keys()].filter((each) => each.startsWith(path.parse(name).name))).not.toEqual([]);
}

/** The window in another language, at once and without a restart. */
export async function changeLanguage({ place, hands }: Desk): Promise<void> {
  const { page } = place.window;
  await hands.press(page.getByRole('button', { name: 'Settings', exact: true }));
  await hands.select(page.getByRole('combobox', { name: 'Language' }), '繁體中文');
  await page.getByRole('heading', { name: '設定' }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('zh-TW');
  await hands.select(page.getByRole('combobox', { name: '語言' }), 'English');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
}

/** A folder of 5,000: searched, begun, cancelled after a confirmation, and put back. */
export async function manageManyRows(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  const tiny = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#468' } })
    .jpeg()
    .toBuffer();
  await putMany(place.photos, tiny);
  await place.addFolder(hands);
  await page.getByText('5,000 images', { exact: true }).waitFor({ timeout: WORK_LIMIT_MS });
  await choosePlain(desk);
  await start(desk);
  await page.getByRole('radio', { name: 'All 5,000' }).waitFor({ timeout: WORK_LIMIT_MS });
  await hands.press(page.getByRole('button', { name: 'Pause' }));
  await page.getByText(/^Paused, [\d,]+ of 5,000 done$/).waitFor();
  await hands.type(page.getByRole('searchbox', { name: 'Search by name' }), 'tiny 4321');
  await page.getByRole('row', { name: 'tiny 4321.jpg' }).waitFor();
  await hands.type(page.getByRole('searchbox', { name: 'Search by name' }), '');
  await hands.press(page.getByRole('button', { name: 'Cancel all' }));
  await hands.press(page.getByRole('button', { name: 'Cancel them' }));
  await page.getByText(/^Finished – /).waitFor({ timeout: WORK_LIMIT_MS });
  await hands.press(page.getByRole('button', { name: 'Undo' }));
  await page.getByRole('radio', { name: /^Waiting (4,\d{3}|5,000)$/ }).waitFor({ timeout: WORK_LIMIT_MS });
}

/** On a telephone's width, one panel after the other. */
export async function workInNarrowWindow(desk: Desk): Promise<void> {
  const { place, hands } = desk;
  const { page } = place.window;
  await page.setViewportSize({ width: 390, height: 844 });
  const panels = page.getByRole('group', { name: 'Panels' });
  await place.window.chooseFiles(() => hands.addFiles(page), copies(['cat.jpg']));
  await hands.press(panels.getByRole('button', { name: 'Image' }));
  await page.getByRole('img', { name: 'Automatic' }).waitFor();
  await hands.press(panels.getByRole('button', { name: 'Batch settings' }));
  await hands.press(page.getByRole('radio', { name: '× 2', exact: true }));
  await start(desk);
  await page.getByRole('slider', { name: 'Split position' }).waitFor({ timeout: WORK_LIMIT_MS });
  await hands.press(panels.getByRole('button', { name: 'List' }));
  await waitUntilDone(page);
  const [result] = (await place.takeResults(hands)).values();
  expect((await sharp(result).metadata()).width).toBe(500);
}
