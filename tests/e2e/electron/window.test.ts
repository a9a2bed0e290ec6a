import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ask, startDesktop, suiteName, whyNoDesktop } from '../../support/desktopProgram.ts';
import { checkout } from '../../support/runProgram.ts';
import { openScreen, type Screen } from '../../support/screen.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const reason = whyNoDesktop();
const WORK_LIMIT_MS = 90_000;

describe.skipIf(reason !== undefined)(suiteName('the window on the desktop', reason), () => {
  let screen: Screen;

  beforeAll(async () => {
    screen = await openScreen();
  });

  afterAll(() => {
    screen.close();
  });

  test(
    'from a drop to the compared, reported and saved result: one drop, one click',
    { timeout: 150_000 },
    async () => {
      const dataFolder = temporaryFolder();
      const pictures = path.join(dataFolder, '圖 # 100%');
      const files = putPictures(pictures);
      const { app, page } = await startDesktop({ screen, dataFolder });
      onTestFinished(() => app.close());
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.getByRole('heading', { name: 'Drop pictures here' }).waitFor();

      // Chromium's own way to a drop with real files, as from the system's file manager.
      const chromium = await page.context().newCDPSession(page);
      const data = { items: [], files, dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await chromium.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
      }
      await page.getByText('250 × 220 → 1000 × 880').waitFor();
      await page.getByRole('button', { name: 'Enlarge 2 pictures' }).click();
      await page.getByText('All done').waitFor({ timeout: WORK_LIMIT_MS });

      await page.getByRole('slider', { name: 'Where original and result meet' }).waitFor();
      const { jobs } = await ask(page, 'listJobs', { states: ['done'], offset: 0, limit: 10 });
      expect(jobs.map(({ sourcePath }) => sourcePath).sort()).toEqual([...files].sort());
      for (const { state } of jobs) {
        if (state.kind !== 'done') throw new Error('It was listed as done.');
        expect(await sharp(state.outputPath).metadata()).toMatchObject(state.outputSize);
      }

      const saved = path.join(dataFolder, 'saved report.html');
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      }, saved);
      await page.getByRole('button', { name: 'HTML' }).click();
      await expect.poll(() => readWhole(saved), { timeout: 20_000 }).toContain('cat.jpg');
      expect(complaints).toEqual([]);
    },
  );
});

/** Two pictures in a folder with a name that is hard on careless programs. */
function putPictures(folder: string): string[] {
  mkdirSync(folder);
  return ['cat.jpg', 'flowers.jpg'].map((name) => {
    const file = path.join(folder, name);
    copyFileSync(path.join(checkout, 'examples', name), file);
    return file;
  });
}

/** A file's text; empty as long as it is not there. */
function readWhole(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
