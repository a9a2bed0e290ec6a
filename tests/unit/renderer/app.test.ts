import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DesktopApi } from '../../../core/api/contract.ts';
import { App } from '../../../renderer/state/app.svelte.ts';
import { UNDO_MS } from '../../../renderer/state/notices.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';
import { standInConnection } from './standInConnection.ts';

async function startApp() {
  const { host, connection } = standInConnection();
  const saved: string[] = [];
  const app = new App(connection, {
    systemLanguages: ['en'],
    saveInBrowser: (url, fileName) => void saved.push(`${fileName} from ${url}`),
    saveAllInBrowser: async (files, zipName) => {
      for await (const { fileName } of files) saved.push(`${fileName} in ${zipName}`);
    },
    copyImage: async (url) => void saved.push(`copied ${url}`),
  });
  await app.start();
  const work = (ticks: number) => {
    for (let tick = 0; tick < ticks; tick++) host.tick();
  };
  const add = (...names: string[]) =>
    app.addInputs(names.map((name) => ({ kind: 'file', file: new File(['x'], name) })));
  return { app, host, work, add, saved };
}

/** A desktop with dialogs in which nothing is chosen. */
const NO_DESKTOP: DesktopApi = {
  chooseFiles: async () => [],
  chooseFolder: async () => undefined,
  chooseModelFiles: async () => [],
  revealResult: async () => undefined,
  openResult: async () => undefined,
  saveFile: async () => false,
  takeOpenedPaths: async () => [],
  watchOpened: () => () => undefined,
  keepPastedImage: async () => ({ ok: true, value: '' }),
  pathOfFile: () => '',
};

describe('the window’s state', () => {
  test('begins with the first start, and leaves it with the first image', async () => {
    const { app, add } = await startApp();
    expect(app.isFirstStart).toBe(true);
    await add('a-10x10.png');
    expect({ isFirstStart: app.isFirstStart, place: app.place }).toEqual({
      isFirstStart: false,
      place: 'draft',
    });
  });

  test('drop, enlarge, and the first image is looked at; its report comes when it is done', async () => {
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

  test('a new batch that has lost its images is not a place any more, until they are put back', async () => {
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

  test('a result is copied as an image, and what has ended is cleared while failures stay', async () => {
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

  test('what the program was opened with is a draft, at the start and later', async () => {
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

  test('a sample is enlarged with one click', async () => {
    const { app, host } = await startApp();
    await app.addSample();
    expect((await host.api.getQueue({})).state.kind).toBe('running');
    expect(app.jobs.total).toBe(1);
  });

  test('settings of another window are taken over, the language at once', async () => {
    const { app, host } = await startApp();
    await host.api.updateSettings({ language: 'zh-TW', theme: 'light' });
    expect({ language: app.texts.language, theme: app.program.settings.theme }).toEqual({
      language: 'zh-TW',
      theme: 'light',
    });
  });

  test('failed images are tried again, chosen ones are moved and removed', async () => {
    const { app, add, work, host } = await startApp();
    await add('broken-10x10.png', 'b-10x10.png', 'c-10x10.png');
    await app.submitDraft();
    work(1);
    await host.api.pauseQueue({});
    await app.jobs.refresh();
    expect(app.jobs.counts.failed).toBe(1);
    await app.actions.retryAll();
    expect(app.jobs.counts.failed).toBe(0);

    const last = app.jobs.rowAt(2);
    app.selection.pick(2, last?.id ?? 0);
    await app.actions.moveBy(-1);
    const names = () => [0, 1, 2].map((index) => app.jobs.rowAt(index)?.name);
    expect(names()).toEqual(['broken-10x10.png', 'c-10x10.png', 'b-10x10.png']);
    await app.actions.moveToFront();
    expect(names()).toEqual(['c-10x10.png', 'broken-10x10.png', 'b-10x10.png']);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const first = app.jobs.rowAt(0)?.id ?? 0;
    await app.actions.remove();
    expect({ isLeaving: app.actions.isLeaving(first), total: app.jobs.total }).toEqual({
      isLeaving: true,
      total: 3,
    });
    // The next row is selected, so that the key can be pressed again.
    expect([...app.selection.ids]).toEqual([app.jobs.rowAt(1)?.id]);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect({ names: names().slice(0, 2), active: app.selection.activeIndex }).toEqual({
      names: ['broken-10x10.png', 'b-10x10.png'],
      active: 0,
    });
  });

  test('what was removed or cancelled can be taken back', async () => {
    const { app, add } = await startApp();
    await add('a-10x10.png', 'b-10x10.png');
    await app.submitDraft();
    const undo = () => {
      const notice = app.notices.list.at(-1);
      if (notice?.kind === 'said') notice.undo?.();
    };
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const id = app.jobs.rowAt(0)?.id ?? 0;
    await app.actions.remove([id]);
    undo();
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect({ isLeaving: app.actions.isLeaving(id), total: app.jobs.total }).toEqual({
      isLeaving: false,
      total: 2,
    });
    await app.actions.cancelAll();
    expect(app.jobs.counts.cancelled).toBe(2);
    undo();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(app.jobs.counts.cancelled).toBe(0);
  });

  test('many images are cancelled only after a question', async () => {
    const { app, add } = await startApp();
    await add(...Array.from({ length: 21 }, (_, index) => `${index}-10x10.png`));
    await app.submitDraft();
    app.actions.confirmCancelAll(app.queue.waiting);
    const question = app.notices.list.at(-1);
    expect({ kind: question?.kind, cancelled: app.jobs.counts.cancelled }).toEqual({
      kind: 'question',
      cancelled: 0,
    });
    if (question?.kind === 'question') question.run();
    await expect.poll(() => app.jobs.counts.cancelled).toBe(21);
  });

  test('a batch that was removed is not shown any more', async () => {
    const { app, add, host } = await startApp();
    await add('a-10x10.png');
    await app.submitDraft();
    const batchId = app.batches.list[0]?.id ?? 0;
    await host.api.removeJobs({ batchId });
    await expect.poll(() => app.jobs.query.batchId).toBeUndefined();
    expect({ batches: app.batches.list, shown: app.shownJob }).toEqual({ batches: [], shown: undefined });
  });

  test('five selected results are downloaded as five', async () => {
    const { app, add, work, saved } = await startApp();
    await add(...['a', 'b', 'c', 'd', 'e'].map((name) => `${name}-10x10.png`), 'broken-10x10.png');
    await app.submitDraft();
    work(60);
    await app.jobs.refresh();
    app.selection.chooseAll(await app.jobs.allIds());
    await app.actions.download();
    expect(saved).toHaveLength(5);
    expect(saved[0]).toContain('in enlarged.zip');
  });

  test('chosen rows are carried to another place together, in their order', async () => {
    const { app, add } = await startApp();
    await add('a-10x10.png', 'b-10x10.png', 'c-10x10.png', 'd-10x10.png', 'e-10x10.png');
    await app.submitDraft();
    const names = () => [0, 1, 2, 3, 4].map((index) => app.jobs.rowAt(index)?.name[0]).join('');
    const choose = (...indexes: number[]) => {
      app.selection.clear();
      for (const index of indexes) app.selection.toggle(index, app.jobs.rowAt(index)?.id ?? 0);
    };
    const carry = async (from: number, to: number) => {
      expect(app.drag.begin(from)).toBe(true);
      app.drag.aim({ index: to, topPx: 0 });
      await app.drag.drop();
    };
    choose(3, 1); // chosen in another order than they stand in
    await carry(3, 0);
    expect(names()).toBe('bdace');
    expect(app.selection.activeIndex).toBe(0);
    await carry(1, 1); // onto themselves
    expect(names()).toBe('bdace');
    choose(2);
    await carry(4, 0); // a row that was not chosen goes alone
    expect(names()).toBe('ebdac');
    await carry(0, 5);
    expect(names()).toBe('bdace');
    // Two presses of a key, faster than the host answers.
    await Promise.all([app.actions.moveBy(-1), app.actions.moveBy(-1)]);
    expect(names()).toBe('bdeac');
    await app.actions.moveBy(1);
    expect(names()).toBe('bdaec');
    await app.actions.moveBy(1);
    expect(names()).toBe('bdace');
  });

  test('only that is offered which can be done with the chosen rows', async () => {
    const { app, add, work } = await startApp();
    await add('a-10x10.png', 'broken-10x10.png', 'c-10x10.png');
    await app.submitDraft();
    work(7); // one is done, one has failed
    await app.jobs.refresh();
    const states = (...indexes: number[]) => [
      ...app.jobs.statesOf(new Set(indexes.map((index) => app.jobs.rowAt(index)?.id ?? 0))),
    ];
    expect(states(0)).toEqual(['done']);
    expect(states(1)).toEqual(['failed']);
    expect(states(0, 2)).toEqual(['done', 'queued']);
    expect(app.jobs.statesOf(new Set([4711])).size).toBe(6);
  });

  test('only what waits is carried, and only where the rows stand in order', async () => {
    const { app, add, work } = await startApp();
    await add('a-10x10.png', 'b-10x10.png', 'c-10x10.png');
    await app.submitDraft();
    work(1);
    expect(app.drag.begin(0)).toBe(false);
    expect(app.drag.begin(1)).toBe(true);
    app.drag.cancel();
    await app.drag.drop();
    expect(app.jobs.rowAt(1)?.name).toBe('b-10x10.png');
    await app.jobs.choose({ order: 'name' });
    expect(app.drag.begin(1)).toBe(false);
  });

  test('in a browser, results and reports are given to it to save', async () => {
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
