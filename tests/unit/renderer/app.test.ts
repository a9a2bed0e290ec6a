import { describe, expect, test } from 'vitest';
import { App } from '../../../renderer/state/app.svelte.ts';
import { standInConnection } from './standInConnection.ts';

async function startApp() {
  const { host, connection } = standInConnection();
  const saved: string[] = [];
  const app = new App(connection, {
    systemLanguages: ['en'],
    saveInBrowser: (url, fileName) => void saved.push(`${fileName} from ${url}`),
  });
  await app.start();
  const work = (ticks: number) => {
    for (let tick = 0; tick < ticks; tick++) host.tick();
  };
  const add = (...names: string[]) =>
    app.addInputs(names.map((name) => ({ kind: 'file', file: new File(['x'], name) })));
  return { app, host, work, add, saved };
}

describe('the window’s state', () => {
  test('begins with the first start, and leaves it with the first picture', async () => {
    const { app, add } = await startApp();
    expect(app.isFirstStart).toBe(true);
    await add('a-10x10.png');
    expect({ isFirstStart: app.isFirstStart, place: app.place }).toEqual({
      isFirstStart: false,
      place: 'draft',
    });
  });

  test('drop, enlarge, and the first picture is looked at; its report comes when it is done', async () => {
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

  test('arrow keys go through the pictures and stop at the ends', async () => {
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

  test('failed pictures are tried again, chosen ones are moved and removed', async () => {
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
    await app.actions.remove();
    expect(app.jobs.total).toBe(2);
  });

  test('in a browser, results and reports are given to it to save', async () => {
    const { app, add, work, saved } = await startApp();
    await add('a-10x10.png');
    await app.submitDraft();
    work(12);
    await app.jobs.refresh();
    const job = app.jobs.rowAt(0);
    if (job === undefined) throw new Error('There is no job.');
    await app.actions.download(job);
    await app.actions.exportReport({ batchId: job.batchId }, 'html', 'en');
    expect(saved).toEqual([
      'a-10x10.png from /media/file-a-10x10.png',
      'report.html from /media/file-report.html',
    ]);
    expect(app.notices.list).toMatchObject([{ kind: 'said', values: { name: 'report.html' } }]);
  });

  test('a batch is reported as a whole, the worst first', async () => {
    const { app, add, work } = await startApp();
    await add(...Array.from({ length: 12 }, (_, index) => `p${index}-10x10.png`));
    await app.submitDraft();
    work(200);
    const batchId = app.jobs.query.batchId ?? 0;
    await app.showReport(batchId);
    expect(app.batchReport.pictures).toHaveLength(12);
    expect(app.batchReport.bars.reduce((sum, { count }) => sum + count, 0)).toBe(12);
    expect(app.batchReport.pictures[0]).toMatchObject({
      verdict: 'look',
      reasons: [{ code: 'colour-shift' }],
    });
    expect(app.batchReport.verdicts).toEqual({ ok: 10, look: 2, failed: 0 });
  });
});
