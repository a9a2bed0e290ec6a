import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../../core/api/jobSettings.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../../../core/api/batchSpec.ts';
import { openMemoryStore } from '../../../../core/store/openStore.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { HEADS, imageAt, hashOf, run, madeOf } from './repeatedRun.ts';

describe('a second run only enlarges new images', () => {
  const stem = fc.constantFrom('a', 'A', 'b', 'caf\u00e9', 'cafe\u0301');
  const extension = fc.constantFrom('png', 'PNG', 'jpg', 'jpeg', 'JPG', 'webp');
  const folder = fc.constantFrom('', 'sub', 'sub/deep', 'other');
  const file = fc
    .tuple(folder, stem, extension)
    .map(([place, name, end]) => path.join(place, `${name}.${end}`));
  const template = fc.constantFrom(DEFAULT_NAME_TEMPLATE, '{name}.{ext}', '{dir}/{name}-{model}.png');

  test('for any files, added in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { minLength: 2, maxLength: 10 }),
        fc.integer({ min: 0, max: 9 }),
        template,
        fc.boolean(),
        async (names, cut, nameTemplate, isNested) => {
          const root = temporaryFolder();
          const output = isNested ? path.join(root, 'out') : temporaryFolder();
          const store = openMemoryStore();
          const images = names.map((name) => path.join(root, name));
          const [early, late] = [images.slice(0, cut), images.slice(cut)];
          for (const image of early) imageAt(image, image);
          const link = path.join(root, 'a link.png');
          if (early[0] !== undefined) symlinkSync(early[0], link);
          const first = await run(store, [root], output, { nameTemplate });
          expect(first.totals.done).toBe(early.length + (early.length > 0 ? 1 : 0));
          for (const image of late) imageAt(image, image);
          const second = await run(store, [root], output, { nameTemplate });
          expect([...second.outputs.keys()].sort()).toEqual([...late].sort());
          expect(second.totals.failed).toBe(0);
          const expected = [...images, ...(early.length > 0 ? [link] : [])].map(hashOf).sort();
          expect(madeOf(output)).toEqual(expected);
          const third = await run(store, [root], output, { nameTemplate });
          expect(third.totals.done).toBe(0);
          store.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  test('even without a record of the first one', async () => {
    const root = temporaryFolder();
    const output = temporaryFolder();
    const early = ['x.png', 'b/y.webp'].map((name) => imageAt(path.join(root, name), name));
    await run(openMemoryStore(), [root], output);
    const late = ['x.jpg', 'X.png', 'b/y.png'].map((name) => imageAt(path.join(root, name), name));
    const { outputs } = await run(openMemoryStore(), [root], output);
    expect([...outputs.keys()].sort()).toEqual([...late].sort());
    expect(madeOf(output)).toEqual([...early, ...late].map(hashOf).sort());
  });
});

describe('results of earlier runs', () => {
  test('next to their sources are recognised at another size, under another name and through a link', async () => {
    const root = temporaryFolder();
    const store = openMemoryStore();
    imageAt(path.join(root, 'a.png'), 'a');
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(root, link);
    expect((await run(store, [root], link)).totals.done).toBe(1);
    renameSync(path.join(root, 'a_2x.png'), path.join(root, 'holiday.png'));
    const settings = {
      ...DEFAULT_JOB_SETTINGS,
      model: 'nearest',
      sizing: { kind: 'factor', factor: 3 },
    } as const;
    const { endings } = await run(store, [root], root, { settings });
    expect(endings.get(path.join(root, 'holiday.png'))).toBe('own-result');
    expect(endings.get(path.join(root, 'a.png'))).toBe('done');
  });

  test('in a separate folder are images like any other, unless their sources are inputs, too', async () => {
    const [root, output] = [temporaryFolder(), temporaryFolder()];
    const store = openMemoryStore();
    const source = imageAt(path.join(root, 'a.png'), 'a');
    await run(store, [root], output);
    const result = path.join(output, 'a_2x.png');
    const second = temporaryFolder();
    expect((await run(store, [output], second)).endings.get(result)).toBe('done');
    expect((await run(store, [output], second)).endings.get(result)).toBe('output-exists');
    for (const inputs of [
      [root, output],
      [source, output],
      [path.join(root, '*.png'), output],
    ])
      expect((await run(store, inputs, temporaryFolder())).endings.get(result)).toBe('own-result');
    expect((await run(store, [output], output)).endings.get(result)).toBe('own-result');
  });

  test('of results are traced to the first source', async () => {
    const [root, output, second] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const store = openMemoryStore();
    imageAt(path.join(root, 'a.png'), 'a');
    await run(store, [root], output);
    await run(store, [output], second);
    const back = path.join(root, 'back.png');
    renameSync(path.join(second, 'a_2x_2x.png'), back);
    const { endings } = await run(store, [root], temporaryFolder());
    expect([...endings]).toEqual([
      [back, 'own-result'],
      [path.join(root, 'a.png'), 'done'],
    ]);
  });

  test('are recognised next to their sources when both have moved', async () => {
    const root = path.join(temporaryFolder(), 'photos');
    const store = openMemoryStore();
    imageAt(path.join(root, 'a.png'), 'a');
    await run(store, [root], root);
    const moved = `${root} 2026`;
    renameSync(root, moved);
    const { endings } = await run(store, [moved], temporaryFolder());
    expect(endings.get(path.join(moved, 'a_2x.png'))).toBe('own-result');
  });

  test('are sources like any other once another image has taken their place, or if they are named', async () => {
    const root = temporaryFolder();
    const output = temporaryFolder();
    const store = openMemoryStore();
    imageAt(path.join(root, 'a.png'), 'a');
    await run(store, [root], output);
    const result = path.join(output, 'a_2x.png');
    expect((await run(store, [result], temporaryFolder())).endings.get(result)).toBe('done');
    imageAt(result, 'another photo');
    expect((await run(store, [output], temporaryFolder())).endings.get(result)).toBe('done');
  });

  test.each([
    ['empty', 0],
    ['cut off', 40],
  ])('that are %s are replaced', async (_, length) => {
    const root = temporaryFolder();
    const output = temporaryFolder();
    imageAt(path.join(root, 'a.png'), 'a');
    await run(openMemoryStore(), [root], output);
    const result = path.join(output, 'a_2x.png');
    const whole = readFileSync(result);
    truncateSync(result, length);
    expect((await run(openMemoryStore(), [root], output)).totals.done).toBe(1);
    expect(readFileSync(result)).toEqual(whole);
    expect(readdirSync(output)).toEqual(['a_2x.png']);
  });

  test('that are older than their source are reported', async () => {
    const root = temporaryFolder();
    const output = temporaryFolder();
    const store = openMemoryStore();
    const source = imageAt(path.join(root, 'a.png'), 'a');
    await run(store, [root], output);
    imageAt(source, 'changed');
    utimesSync(source, new Date(), new Date(Date.now() + 60_000));
    expect((await run(store, [root], output)).endings.get(source)).toBe('output-outdated');
    expect((await run(store, [root], output, { exists: 'overwrite' })).endings.get(source)).toBe('done');
    expect(madeOf(output)).toEqual([hashOf(source)]);
  });
});

test('a link to a folder is reported', async () => {
  const root = temporaryFolder();
  const elsewhere = temporaryFolder();
  imageAt(path.join(elsewhere, 'b.png'), 'b');
  symlinkSync(elsewhere, path.join(root, 'album'));
  const { endings } = await run(openMemoryStore(), [root], temporaryFolder());
  expect([...endings]).toEqual([[path.join(root, 'album'), 'linked-folder']]);
});

test('a copy of an original is never overwritten by its result', async () => {
  const root = temporaryFolder();
  const output = temporaryFolder();
  const source = imageAt(path.join(root, 'a.png'), 'a');
  const copy = path.join(output, 'a_2x.png');
  writeFileSync(copy, readFileSync(source));
  const { endings } = await run(openMemoryStore(), [root], output, { exists: 'overwrite' });
  expect(endings.get(source)).toBe('output/is-an-input');
  expect(hashOf(copy)).toBe(hashOf(source));
});

test('two images never share a target, not even one after the other with overwrite', async () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  const output = temporaryFolder();
  const store = openMemoryStore();
  const sources = [one, two].map((folder) => imageAt(path.join(folder, 'x.png'), folder));
  await run(store, [one], output, { exists: 'overwrite' });
  await run(store, [two], output, { exists: 'overwrite' });
  expect(madeOf(output)).toEqual(sources.map(hashOf).sort());
});

describe('the format', () => {
  test.each([
    { what: 'the template', change: { nameTemplate: '{name}.webp' }, output: '', made: 'a.webp' },
    { what: 'the output', change: {}, output: 'b.png', made: 'b.png' },
  ])('follows the name in $what', async ({ change, output, made }) => {
    const folder = temporaryFolder();
    const source = imageAt(path.join(temporaryFolder(), 'a.webp'), 'a');
    const settings = { ...DEFAULT_JOB_SETTINGS, model: 'nearest' };
    await run(openMemoryStore(), [source], path.join(folder, output), { settings, ...change });
    expect(readdirSync(folder)).toEqual([made]);
    const head = HEADS[path.extname(made).slice(1)]!;
    expect(readFileSync(path.join(folder, made)).subarray(0, head.length)).toEqual(head);
  });

  test.each([
    { output: 'x.jpg', change: {} },
    { output: 'photo.bmp', change: {} },
    { output: 'photo.heic', change: {} },
    { output: '', change: { nameTemplate: '{name}.jpg' } },
    { output: '', change: { nameTemplate: '{name}' } },
    { output: '', change: { nameTemplate: '{scales}.{ext}' } },
  ])('that contradicts the name is a usage error: $output $change', async ({ output, change }) => {
    const folder = temporaryFolder();
    const source = imageAt(path.join(temporaryFolder(), 'a.png'), 'a');
    await expect(run(openMemoryStore(), [source], path.join(folder, output), change)).rejects.toMatchObject({
      code: 'usage/invalid-option',
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(path.join(folder, output))).toBe(output === '');
  });
});

test('an output path that is too long is refused with that reason', async () => {
  const source = imageAt(path.join(temporaryFolder(), 'a.png'), 'a');
  const output = path.join(temporaryFolder(), ...Array.from({ length: 50 }, () => 'x'.repeat(100)));
  const { endings } = await run(openMemoryStore(), [source], output);
  expect(endings.get(source)).toBe('output/not-writable');
});

test('a result is not readable by more users than its source', async () => {
  const source = imageAt(path.join(temporaryFolder(), 'a.png'), 'a');
  chmodSync(source, 0o600);
  const output = temporaryFolder();
  await run(openMemoryStore(), [source], output);
  expect(statSync(path.join(output, 'a_2x.png')).mode & 0o777).toBe(0o600);
});
