import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../../core/store/openStore.ts';
import { startDesktop, suiteName, whyNoDesktop, type DesktopProgram } from '../../support/desktopProgram.ts';
import { ask } from '../../support/desktopSetting.ts';
import { answerDialogs } from '../../support/desktopWindow.ts';
import { sampleBatch } from '../../support/sampleBatch.ts';
import { openScreen, type Screen } from '../../support/screen.ts';
import { examples } from '../../support/standIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { collectComplaints, USUAL_VIEWPORT } from '../../support/windowFace.ts';
import { testWithHost, type HostWindow } from '../../support/windowSuites/hostSuite.ts';
import { goThroughManyRows } from '../../support/windowSuites/manyRowsSuite.ts';

const reason = whyNoDesktop();

describe.skipIf(reason !== undefined)(suiteName('the window on the desktop', reason), () => {
  let screen: Screen;
  let program: DesktopProgram;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-desktop-'));
  const photos = path.join(folder, 'Photos');

  beforeAll(async () => {
    mkdirSync(photos);
    screen = await openScreen();
    program = await startDesktop({ screen, dataFolder: path.join(folder, 'data') });
    await program.page.setViewportSize(USUAL_VIEWPORT);
    await program.page.waitForSelector('.window');
  });

  afterAll(async () => {
    await program.app.close();
    screen.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the result with the system's program, and reads the file that it received. */
  async function takeOpenedResult(): Promise<Buffer> {
    await program.app.evaluate(({ shell }) => {
      shell.openPath = (file) => {
        Reflect.set(globalThis, 'openedPath', file);
        return Promise.resolve('');
      };
    });
    await program.page.getByRole('button', { name: 'Open', exact: true }).click();
    const openedPath = (): Promise<string> =>
      program.app.evaluate(() => String(Reflect.get(globalThis, 'openedPath') ?? ''));
    await vi.waitUntil(async () => (await openedPath()) !== '');
    return readFileSync(await openedPath());
  }

  function openDesktop(): Promise<HostWindow> {
    const { page } = program;
    const [complaints, stopCollecting] = collectComplaints(page);
    onTestFinished(stopCollecting);
    const dialogs = answerDialogs(program, folder);
    const choose = page.getByRole('button', { name: 'Choose…' });
    return Promise.resolve({
      ...{ page, complaints, photos, ...dialogs },
      shownAs: photos,
      namePhotos: () => dialogs.chooseFiles(() => choose.click(), [photos]),
      takeResult: takeOpenedResult,
    });
  }

  testWithHost(openDesktop);

  test('an image copied in another program is enlarged into the Images folder', async () => {
    const { app, page } = program;
    const images = path.join(folder, 'My Images');
    await page.getByRole('button', { name: 'All images' }).click();
    const shown = page.getByRole('row').locator('img').first();
    const box = await shown.boundingBox();
    if (box === null) throw new Error('There is no image to copy.');
    await app.evaluate(
      ({ app: electronApp, BrowserWindow }, { place, x, y }) => {
        electronApp.setPath('pictures', place);
        BrowserWindow.getAllWindows()[0]?.webContents.copyImageAt(x, y);
      },
      { place: images, x: Math.round(box.x + 9), y: Math.round(box.y + 9) },
    );
    const { width, height } = await shown.evaluate((image) => ({
      width: Number(Reflect.get(image, 'naturalWidth')),
      height: Number(Reflect.get(image, 'naturalHeight')),
    }));
    // The copied image arrives through the system's clipboard.
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+v');
        return page.getByText(`${width} × ${height} →`).count();
      })
      .toBeGreaterThan(0);
    await page.getByText('Pasted images are saved to your Pictures folder.').waitFor();
    await page.getByRole('button', { name: 'More models' }).click();
    await page.getByRole('radio', { name: /^Plain/ }).click();
    await page.getByRole('button', { name: /^Enlarge \d+ images?$/ }).click();
    const results = path.join(images, 'enlarged');
    await vi.waitFor(() => expect(readdirSync(results)).not.toEqual([]), { timeout: 60_000 });
    const { jobs } = await ask(page, 'listJobs', { search: 'pasted', offset: 0, limit: 10 });
    const [{ sourcePath = '' } = {}] = jobs;
    expect(path.dirname(path.dirname(sourcePath))).toBe(path.join(folder, 'data', 'pasted'));
    expect(readdirSync(path.dirname(sourcePath))).toEqual([expect.stringMatching(/^pasted \S+ \S+\.png$/)]);
  });
});

/** A store as left by a program that was given 10,000 images but never started them. */
function prepareStore(dataFolder: string): void {
  const { store } = openStore(dataFolder, 'a test');
  const jobs = Array.from({ length: 10_000 }, (_, index) => ({
    input: 'cat.jpg',
    source: path.join(examples, 'cat.jpg'),
    name: `image ${String(index).padStart(5, '0')}.jpg`,
    target: path.join(dataFolder, 'enlarged', `${index}.jpg`),
    format: 'jpeg' as const,
    state: { kind: 'queued' as const },
  }));
  store.addBatch({ ...sampleBatch(), isSuspended: true }, 0, jobs);
  store.close();
}

describe.skipIf(reason !== undefined)(suiteName('a desktop in Chinese with many rows', reason), () => {
  test('uses the language of the system until another is chosen, and shows 10,000 rows', async () => {
    const dataFolder = temporaryFolder();
    prepareStore(dataFolder);
    const screen = await openScreen();
    onTestFinished(() => {
      screen.close();
    });
    const { app, page } = await startDesktop({
      ...{ screen, dataFolder },
      // Linux has its language in the environment, other systems take it from the switch.
      switches: ['--lang=zh-TW'],
      environment: { LANGUAGE: 'zh_TW' },
    });
    onTestFinished(() => app.close());
    const [complaints] = collectComplaints(page);
    await page.getByRole('radio', { name: '全部 10,000' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-TW');
    expect(await app.evaluate(({ app: electronApp }) => electronApp.getLocale())).toBe('zh-TW');

    await ask(page, 'updateSettings', { language: 'en' });
    await goThroughManyRows(page);
    expect(complaints).toEqual([]);
  });
});
