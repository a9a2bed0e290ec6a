import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UNDO_MS } from '../../../../renderer/state/notices.svelte.ts';
import { startApp } from './startApp.ts';

describe('actions on images of the list', () => {
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

  test('removing and cancelling can be undone', async () => {
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

  test('many images are only cancelled after a confirmation', async () => {
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

  test('five selected results are downloaded as five files', async () => {
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

  test('selected rows are dragged to another place together, in their order', async () => {
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
    choose(3, 1); // selected in another order than that of the list
    await carry(3, 0);
    expect(names()).toBe('bdace');
    expect(app.selection.activeIndex).toBe(0);
    await carry(1, 1); // onto themselves
    expect(names()).toBe('bdace');
    choose(2);
    await carry(4, 0); // a row that was not selected moves alone
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

  test('only actions that apply to the selected rows are offered', async () => {
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

  test('only waiting rows can be dragged, and only if rows are in queue order', async () => {
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
});
