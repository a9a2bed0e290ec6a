import { describe, expect, test, vi } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { named } from '../../../renderer/input/drop.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { Draft } from '../../../renderer/state/draft/draft.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { standInConnection } from './standInConnection.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';

function setUp() {
  const { host, connection } = standInConnection(DESKTOP_INFO);
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  const notices = new Notices();
  return { host, options, notices, draft: new Draft({ connection, options, notices }), connection };
}

const path = (name: string) => ({ kind: 'path' as const, path: name });

describe('the draft', () => {
  test('shows each image with its size, its future size, and the time', async () => {
    const { draft, options } = setUp();
    options.changeSettings({ sizing: { kind: 'factor', factor: 2 } });
    await draft.add([path('a-1600x1200.jpg'), path('b-100x50.png')]);
    expect(draft.rows.map(({ name, size, target }) => ({ name, size, target }))).toEqual([
      { name: 'a-1600x1200.jpg', size: { width: 1600, height: 1200 }, target: { width: 3200, height: 2400 } },
      { name: 'b-100x50.png', size: { width: 100, height: 50 }, target: { width: 200, height: 100 } },
    ]);
    expect(draft.estimateMs).toBeGreaterThan(0);
  });

  test('without a time from the host, the pace of the preview gives the estimate', async () => {
    const { host, connection, options, notices } = setUp();
    const inspectSources: typeof host.api.inspectSources = async (input) => {
      const { pictures: images, refused } = await host.api.inspectSources(input);
      return { pictures: images.map(({ estimateMs: _, ...known }) => known), refused };
    };
    const draft = new Draft({
      connection: { ...connection, api: { ...host.api, inspectSources } },
      options,
      notices,
      pace: () => 0.001,
    });
    await draft.add([path('a-100x100.jpg')]);
    expect(draft.estimateMs).toBe(160);
  });

  test('rows appear at once, before any file is read', () => {
    const { draft } = setUp();
    void draft.add([path('a-10x10.jpg'), path('b-10x10.jpg')]);
    expect(draft.rows.map(({ name, state }) => [name, state])).toEqual([
      ['a-10x10.jpg', 'reading'],
      ['b-10x10.jpg', 'reading'],
    ]);
    expect(draft.canSubmit).toBe(false);
  });

  test('the same file is added once, with a notice', async () => {
    const { draft, notices } = setUp();
    await draft.add([path('a-10x10.jpg'), path('a-10x10.jpg')]);
    await draft.add([path('a-10x10.jpg'), path('b-10x10.jpg')]);
    expect(draft.rows.map(({ name }) => name)).toEqual(['a-10x10.jpg', 'b-10x10.jpg']);
    expect(notices.list.map((notice) => notice.kind === 'said' && [notice.key, notice.values])).toEqual([
      ['notice.alreadyAdded', { count: 1 }],
      ['notice.alreadyAdded', { count: 1 }],
    ]);
  });

  test('two pasted images have distinct names', () => {
    const names = [5, 6].map(
      (second) => named(new File([], 'image.png'), new Date(2026, 0, 2, 3, 4, second)).name,
    );
    expect(names).toEqual(['pasted 2026-01-02 03.04.05.png', 'pasted 2026-01-02 03.04.06.png']);
    expect(named(new File([], 'cat.png'), new Date()).name).toBe('cat.png');
  });

  test('files that are not images are named with the reason, and the others stay', async () => {
    const { draft } = setUp();
    await draft.add([path('notes.txt'), path('a-10x10.jpg')]);
    expect(draft.rows.map(({ name }) => name)).toEqual(['a-10x10.jpg']);
    expect(draft.refused.map(({ name, error }) => [name, error.code])).toEqual([
      ['notes.txt', 'image/unsupported-format'],
    ]);
    draft.dismissRefused();
    expect({ refused: draft.refused, rows: draft.rows.length }).toEqual({ refused: [], rows: 1 });
  });

  test('a source that cannot be opened is named, and the next one is used', async () => {
    const { host, connection, options, notices } = setUp();
    const api = {
      ...host.api,
      inspectSources: async (input: Parameters<typeof host.api.inspectSources>[0]) => {
        if (JSON.stringify(input.sources).includes('gone'))
          throw new EnlargerError('input/not-found', 'gone');
        return host.api.inspectSources(input);
      },
    };
    const draft = new Draft({ connection: { ...connection, api }, options, notices });
    await draft.add([path('gone-10x10.jpg'), path('a-10x10.jpg')]);
    expect(draft.refused.map(({ name, error }) => [name, error.code])).toEqual([
      ['gone-10x10.jpg', 'input/not-found'],
    ]);
    expect(draft.rows).toHaveLength(1);
  });

  test('earlier results are counted, and a folder with nothing else is not added', async () => {
    const { host, connection, options, notices } = setUp();
    const inspectSources: typeof host.api.inspectSources = async (input) => {
      const inspected = await host.api.inspectSources(input);
      const isOld = JSON.stringify(input.sources).includes('old');
      return { ...inspected, ...(isOld && { pictures: [] }), earlierResults: isOld ? 2 : 1 };
    };
    const api = { ...host.api, inspectSources };
    const draft = new Draft({ connection: { ...connection, api }, options, notices });
    await draft.add([path('a-10x10.jpg'), path('old-10x10.jpg')]);
    expect(draft.rows.map(({ name }) => name)).toEqual(['a-10x10.jpg']);
    expect(notices.list.map((notice) => notice.kind === 'said' && notice.values)).toEqual([{ count: 3 }]);
    draft.clear();
    await draft.add([path('old-10x10.jpg')]);
    expect(draft.isEmpty).toBe(true);
  });

  test('one image of a folder can be left out', async () => {
    const { draft } = setUp();
    await draft.add([path('a-10x10.jpg|b-20x20.jpg|c-30x30.jpg')]);
    const second = draft.rows[1]?.key ?? '';
    draft.remove([second]);
    expect(draft.rows.map(({ name }) => name)).toEqual(['a-10x10.jpg', 'c-30x30.jpg']);
  });

  test('in a large folder, an image is inspected when it is selected, and only once', async () => {
    const { host, connection, options, notices } = setUp();
    const inspectSources: typeof host.api.inspectSources = async (input) => {
      const { pictures: images, refused } = await host.api.inspectSources(input);
      const isFolder = images.length > 1;
      return {
        pictures: images.map(({ size, ...rest }) => (isFolder ? rest : { ...rest, ...(size && { size }) })),
        refused,
      };
    };
    const draft = new Draft({
      connection: { ...connection, api: { ...host.api, inspectSources } },
      options,
      notices,
    });
    await draft.add([path('a-10x10.jpg|b-20x20.jpg')]);
    draft.selection.select(draft.rows[1]?.key ?? '');
    await expect.poll(() => draft.selected?.size).toEqual({ width: 20, height: 20 });
    vi.useFakeTimers();
    try {
      draft.markOptionsChanged();
      await vi.runAllTimersAsync();
    } finally {
      vi.useRealTimers();
    }
    expect(draft.rows.map(({ size }) => size)).toEqual([undefined, { width: 20, height: 20 }]);
  });

  test('submitting makes one started batch of all, and empties the draft', async () => {
    const { host, draft } = setUp();
    await draft.add([path('a-10x10.jpg'), path('b-10x10.jpg')]);
    const batchId = await draft.submit();
    const { jobs } = await host.api.listJobs({ batchId, offset: 0, limit: 10 });
    expect(jobs.map(({ name }) => name)).toEqual(['a-10x10.jpg', 'b-10x10.jpg']);
    expect((await host.api.getQueue({})).state.kind).toBe('running');
    expect(draft.isEmpty).toBe(true);
  });

  test('a refused batch is reported, and nothing is lost', async () => {
    const { host, connection, options, notices } = setUp();
    const addBatch = () => Promise.reject(new EnlargerError('output/no-permission', 'not there'));
    const draft = new Draft({
      connection: { ...connection, api: { ...host.api, addBatch } },
      options,
      notices,
    });
    await draft.add([path('a-10x10.jpg')]);
    expect(await draft.submit()).toBeUndefined();
    expect(draft.rows).toHaveLength(1);
    expect(notices.list).toMatchObject([{ kind: 'error', error: { code: 'output/no-permission' } }]);
  });

  test('the time of earlier images on this machine takes precedence over the pace of the preview', async () => {
    const { host, connection, options, notices } = setUp();
    const draft = new Draft({ connection, options, notices, pace: () => 0.001 });
    await draft.add([path('a-100x100.jpg')]);
    const sources = draft.rows.flatMap(({ source }) => source ?? []);
    const { settings } = options;
    const { pictures: images } = await host.api.inspectSources({ sources, settings, recursive: true });
    expect(images).toHaveLength(1);
    expect(draft.estimateMs).toBe(images[0]?.estimateMs);
  });

  test('the size of all results is known once that of each is', async () => {
    const { host, connection, options, notices } = setUp();
    const inspectSources: typeof host.api.inspectSources = async (input) => {
      const { pictures: images, refused } = await host.api.inspectSources(input);
      const withBytes = images.map(({ estimateBytes, ...image }) =>
        image.name.startsWith('raw') ? image : { ...image, estimateBytes: 500 },
      );
      return { pictures: withBytes, refused };
    };
    const api = { ...host.api, inspectSources };
    const draft = new Draft({ connection: { ...connection, api }, options, notices });
    await draft.add([path('a-10x10.jpg'), path('b-10x10.jpg')]);
    expect(draft.estimateBytes).toBe(1000);
    await draft.add([path('raw-10x10.jpg')]);
    expect(draft.estimateBytes).toBeUndefined();
  });

  test('several rows are selected, removed together, and brought back', async () => {
    const { draft } = setUp();
    await draft.add(['a', 'b', 'c', 'd'].map((name) => path(`${name}-10x10.jpg`)));
    const names = () => draft.rows.map(({ name }) => name[0]).join('');
    const keyOf = (index: number) => draft.rows[index]?.key ?? '';
    draft.selection.select(keyOf(1));
    draft.selection.extendTo(keyOf(2));
    expect([...draft.selection.keys]).toEqual([keyOf(1), keyOf(2)]);
    const undo = draft.remove([...draft.selection.keys]);
    expect({ names: names(), selected: draft.selected?.name }).toEqual({
      names: 'ad',
      selected: 'd-10x10.jpg',
    });
    undo();
    expect(names()).toBe('abcd');
    const undoClear = draft.clear();
    expect(names()).toBe('');
    undoClear();
    expect(names()).toBe('abcd');
  });

  test('images are in natural order', async () => {
    const { draft } = setUp();
    await draft.add([path('p10-10x10.jpg'), path('p2-10x10.jpg'), path('p1-10x10.jpg')]);
    draft.sortBy('name');
    expect(draft.rows.map(({ name }) => name)).toEqual(['p1-10x10.jpg', 'p2-10x10.jpg', 'p10-10x10.jpg']);
  });

  test('added images are restored in the next window, without those that are gone', async () => {
    const { connection, options, notices } = setUp();
    const kept = new Map<string, string>();
    const memory = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const before = new Draft({ connection, options, notices, memory });
    await before.add([path('a-10x10.jpg'), path('notes.txt'), path('b-10x10.jpg')]);
    const after = new Draft({ connection, options, notices, memory });
    await after.restore();
    expect(after.rows.map(({ name }) => name)).toEqual(['a-10x10.jpg', 'b-10x10.jpg']);
    await after.submit();
    const later = new Draft({ connection, options, notices, memory });
    await later.restore();
    expect(later.isEmpty).toBe(true);
  });

  test('the data of another version are not read as a draft', async () => {
    const { connection, options, notices } = setUp();
    const memory = { getItem: () => '[{"name":1}]', setItem: () => undefined };
    const draft = new Draft({ connection, options, notices, memory });
    await draft.restore();
    expect(draft.isEmpty).toBe(true);
  });

  test.each([
    {
      sizing: { kind: 'long-edge' as const, edge: 1_000_000 },
      problem: 'draft.problem.tooLarge',
      canSubmit: false,
    },
    { sizing: { kind: 'long-edge' as const, edge: 100 }, problem: 'draft.problem.smaller', canSubmit: true },
    { sizing: { kind: 'factor' as const, factor: 4 }, problem: undefined, canSubmit: true },
  ])('a size of $sizing.kind $sizing.edge is $problem', async ({ sizing, problem, canSubmit }) => {
    const { draft, options } = setUp();
    await draft.add([path('a-1600x1200.jpg')]);
    options.changeSettings({ sizing });
    expect({ problem: draft.problem?.key, canSubmit: draft.canSubmit }).toEqual({ problem, canSubmit });
  });
});

test('one image among others that is too large is named', async () => {
  const { draft } = setUp();
  await draft.add([path('a-100x100.jpg'), path('huge-40000x40000.jpg'), path('b-100x100.jpg')]);
  expect(draft.problem).toMatchObject({
    key: 'draft.problem.oneTooLarge',
    values: { name: 'huge-40000x40000.jpg' },
  });
  expect(draft.canSubmit).toBe(false);
});

test('a setting is changed by name, but not to an invalid value', () => {
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  options.changeSetting('colour', 'srgb');
  options.changeSetting('onlyIfSmaller', true);
  expect(options.settings).toEqual({ ...DEFAULT_JOB_SETTINGS, colour: 'srgb', onlyIfSmaller: true });
  expect(() => {
    options.changeSetting('colour', 'cmyk');
  }).toThrow();
});
