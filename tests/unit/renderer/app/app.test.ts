import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DesktopApi } from '../../../../core/api/contract.ts';
import { App } from '../../../../renderer/state/app.svelte.ts';
import { UNDO_MS } from '../../../../renderer/state/notices.svelte.ts';
import { DESKTOP_INFO } from '../../../support/standInInfo.ts';
import { standInConnection } from '../standInConnection.ts';
import { startApp, NO_DESKTOP } from './startApp.ts';

describe('the window’s state', () => {
  test('begins with the welcome page, and leaves it with the first image', async () => {
    const { app, add } = await startApp();
    expect(app.isFirstStart).toBe(true);
    await add('a-10x10.png');
    expect({ isFirstStart: app.isFirstStart, place: app.place }).toEqual({
      isFirstStart: false,
      place: 'draft',
    });
  });

  test('drop and enlarge: the first image is shown, and its report once it is done', async () => {
    const { app, add, work } = await startApp();
    await add('a-100x80.png', 'b-10x10.png');
    await app.submitDraft();
    expect({ place: app.place, shown: app.shownJob?.name }).toEqual({
      place: 'queue',
      shown: 'a-100x80.png',
    });
    expect(app.reports.state.kind).toBe('none');
    work(12);
    await expect.poll(() => app.reports.state.kind).toBe('shown');
    expect(app.viewer.result?.size).toEqual({ width: 400, height: 320 });
  });

  test('a new batch without images is not shown any more, until they are restored', async () => {
    const { app, add, work } = await startApp();
    await add('a-10x10.png');
    await app.submitDraft();
    work(12);
    await add('b-10x10.png');
    const undo = app.draft.clear();
    expect(app.place).toBe('queue');
    undo();
    expect(app.place).toBe('draft');
  });

  test('a result is copied as an image, and finished jobs are cleared while failures stay', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { app, add, work, saved } = await startApp();
    await add('a-10x10.png', 'broken-10x10.png');
    await app.submitDraft();
    work(12);
    await app.jobs.refresh();
    await app.actions.copy();
    expect(saved).toEqual([expect.stringMatching(/^copied \/media\//)]);
    await app.actions.clearFinished();
    await vi.advanceTimersByTimeAsync(UNDO_MS + 1);
    await app.jobs.refresh();
    expect(app.jobs.rowAt(0)?.name).toBe('broken-10x10.png');
    expect(app.jobs.total).toBe(1);
  });

  test('files that the program was opened with become a draft, at the start and later', async () => {
    const { connection } = standInConnection(DESKTOP_INFO);
    const opened = ['a-10x10.png'];
    let tell = (): void => undefined;
    const desktop: DesktopApi = {
      ...NO_DESKTOP,
      takeOpenedPaths: async () => opened.splice(0),
      watchOpened: (listener) => {
        tell = listener;
        return () => (tell = () => undefined);
      },
    };
    const app = new App(
      { ...connection, desktop },
      {
        systemLanguages: ['en'],
        saveInBrowser: () => undefined,
        saveAllInBrowser: () => Promise.resolve(),
        copyImage: () => Promise.resolve(),
      },
    );
    const end = await app.start();
    const names = () => app.draft.rows.map(({ name }) => name);
    await expect.poll(names).toEqual(['a-10x10.png']);
    expect(app.place).toBe('draft');
    opened.push('b-10x10.png', 'c-10x10.png');
    tell();
    await expect.poll(names).toEqual(['a-10x10.png', 'b-10x10.png', 'c-10x10.png']);
    end();
    opened.push('d-10x10.png');
    tell();
    expect(opened).toHaveLength(1);
  });

  test('arrow keys go through the images and stop at the ends', async () => {
    const { app, add } = await startApp();
    await add('a-10x10.png', 'b-10x10.png');
    await app.submitDraft();
    await app.showBeside(1);
    expect(app.shownJob?.name).toBe('b-10x10.png');
    await app.showBeside(1);
    expect(app.shownJob?.name).toBe('b-10x10.png');
    await app.showBeside(-1);
    expect(app.shownJob?.name).toBe('a-10x10.png');
  });

  test('in a narrow window, the image is shown when the settings of a new batch are gone', async () => {
    const { app, add } = await startApp();
    await add('a-10x10.png');
    app.panels.pane = 'rail';
    await app.submitDraft();
    expect(app.panels.pane).toBe('image');
  });

  test('a comparison of before and after is saved as one image', async () => {
    const { app, add, work, saved } = await startApp();
    await add('a-100x80.png');
    await app.submitDraft();
    work(12);
    await app.actions.exportComparison(app.jobs.rowAt(0)?.id ?? 0, { layout: 'split', split: 0.5 });
    expect(saved).toEqual([expect.stringMatching(/^a-100x80\.png before-after\.jpg from /)]);
  });

  test('an image is enlarged again from the list, starting from its earlier settings', async () => {
    const { app, add, work, host } = await startApp();
    await add('a-100x80.png', 'b-10x10.png');
    app.options.changeSettings({ model: 'photo' });
    await app.submitDraft();
    work(30);
    app.options.changeSettings({ model: 'fast' });
    const job = app.jobs.rowAt(1);
    if (job === undefined) throw new Error('There is no second row.');
    await app.draftActions.enlargeAgain([job]);
    expect({ place: app.place, model: app.options.settings.model }).toEqual({
      place: 'draft',
      model: 'photo',
    });
    expect(app.draft.rows.map(({ name, size }) => [name, size?.width])).toEqual([['b-10x10.png', 10]]);
    // With images in the new batch, its settings stay.
    app.options.changeSettings({ model: 'fast' });
    await app.draftActions.enlargeAgain([...app.jobs.loadedJobs(new Set([job.id - 1]))]);
    expect(app.options.settings.model).toBe('fast');
    await app.submitDraft();
    const { jobs } = await host.api.listJobs({ ...app.jobs.batch, offset: 0, limit: 10 });
    expect(jobs.map(({ name }) => name)).toEqual(['b-10x10.png', 'a-100x80.png']);
  });

  test('a sample is enlarged with one click', async () => {
    const { app, host } = await startApp();
    await app.addSample();
    expect((await host.api.getQueue({})).state.kind).toBe('running');
    expect(app.jobs.total).toBe(1);
  });

  test('settings of another window are adopted, and the language immediately', async () => {
    const { app, host } = await startApp();
    await host.api.updateSettings({ language: 'zh-TW', theme: 'light' });
    expect({ language: app.texts.language, theme: app.program.settings.theme }).toEqual({
      language: 'zh-TW',
      theme: 'light',
    });
  });

  test('in a browser, results and reports are passed to it for saving', async () => {
    const { app, add, work, saved } = await startApp();
    await add('a-10x10.png');
    await app.submitDraft();
    work(12);
    await app.jobs.refresh();
    const job = app.jobs.rowAt(0);
    if (job === undefined) throw new Error('There is no job.');
    await app.actions.download([job.id]);
    await app.actions.exportReport({ batchId: job.batchId }, 'html', 'en');
    expect(saved).toEqual([
      'a-10x10.png from /media/file-a-10x10.png',
      'report.html from /media/file-report.html',
    ]);
    expect(app.notices.list).toMatchObject([{ kind: 'said', values: { name: 'report.html' } }]);
  });

  test('a batch is reported as a whole, worst first', async () => {
    const { app, add, work } = await startApp();
    await add(...Array.from({ length: 12 }, (_, index) => `p${index}-10x10.png`));
    await app.submitDraft();
    work(200);
    const batchId = app.jobs.query.batchId ?? 0;
    await app.showReport(batchId);
    expect(app.batchReport.images).toHaveLength(12);
    expect(app.batchReport.bars.reduce((sum, { count }) => sum + count, 0)).toBe(12);
    expect(app.batchReport.images[0]).toMatchObject({
      verdict: 'look',
      reasons: [{ code: 'colour-shift' }],
    });
    expect(app.batchReport.verdicts).toEqual({ ok: 10, look: 2, failed: 0 });
  });
});
