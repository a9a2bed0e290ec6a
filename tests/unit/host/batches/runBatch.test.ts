import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchRequest } from '../../../support/batchRequest.ts';
import { brokenPath } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { run, stateOf, filesIn, imageIn } from './batchRun.ts';

describe('a folder with good and bad files', () => {
  test('enlarges the good images, gives each bad one a reason, and does not touch the sources', async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'in');
    for (const name of ['a.png', 'sub/b.png', 'sub/deep/c.png']) imageIn(source, name);
    copyFileSync(brokenPath('truncated.jpg'), path.join(source, 'truncated.jpg'));
    copyFileSync(brokenPath('empty.jpg'), path.join(source, 'empty.jpg'));
    writeFileSync(path.join(source, 'notes.txt'), 'notes');
    const before = stateOf(source);
    const output = path.join(folder, 'out');
    const { totals, endings } = await run(batchRequest([source], output));
    expect(totals).toEqual({ inputs: 6, done: 3, skipped: 1, failed: 2, cancelled: 0, planned: 0 });
    const named = Object.fromEntries(
      Object.entries(endings).map(([input, ending]) => [path.basename(input), ending]),
    );
    expect(named).toEqual({
      'a.png': 'done',
      'b.png': 'done',
      'c.png': 'done',
      'truncated.jpg': 'failed: image/corrupt',
      'empty.jpg': 'failed: input/empty',
      'notes.txt': 'skipped: not-a-picture',
    });
    expect(filesIn(output)).toEqual(['a_2x.png', 'sub/b_2x.png', 'sub/deep/c_2x.png']);
    expect(stateOf(source)).toEqual(before);
  });

  test('is skipped the second time', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.png', 'b.png']) imageIn(path.join(folder, 'in'), name);
    const request = batchRequest([path.join(folder, 'in')], path.join(folder, 'out'));
    await run(request);
    const before = stateOf(folder);
    expect((await run(request)).totals).toMatchObject({ inputs: 2, skipped: 2 });
    expect(stateOf(folder)).toEqual(before);
  });

  test('may be its own output: results are not sources the second time', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.png', 'sub/b.png']) imageIn(folder, name);
    const request = batchRequest([folder], folder);
    expect((await run(request)).totals).toMatchObject({ inputs: 2, done: 2 });
    expect((await run(request)).totals).toMatchObject({ inputs: 4, skipped: 4 });
    expect(filesIn(folder)).toEqual(['a.png', 'a_2x.png', 'sub/b.png', 'sub/b_2x.png']);
  });
});

const KINDS = ['good', 'corrupt', 'text', 'empty', 'existing', 'huge', 'missing'] as const;

test('whatever a batch contains, every input is counted once and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...KINDS), { maxLength: 9 }),
      fc.constantFrom('skip', 'overwrite', 'rename', 'error'),
      fc.boolean(),
      fc.integer({ min: 1, max: 2 }),
      async (kinds, exists, failFast, workers) => {
        const folder = temporaryFolder();
        const output = path.join(folder, 'out');
        mkdirSync(output);
        const inputs = kinds.map((kind, index) => {
          const file = path.join(folder, `${index}.png`);
          if (kind === 'good' || kind === 'existing') imageIn(folder, `${index}.png`, 3);
          if (kind === 'huge') imageIn(folder, `${index}.png`, 40);
          if (kind === 'corrupt') copyFileSync(brokenPath('wrong-checksum.png'), file);
          if (kind === 'text') writeFileSync(file, 'text');
          if (kind === 'empty') writeFileSync(file, '');
          if (kind === 'existing') writeFileSync(path.join(output, `${index}_2x.png`), 'old');
          return file;
        });
        const request = batchRequest(inputs, output, { exists, failFast });
        const settings = { ...request.spec.settings, maxOutputMegapixels: 0.001 };
        const { totals } = await run({ ...request, spec: { ...request.spec, settings } }, { workers });
        expect(totals.inputs).toBe(kinds.length);
        const left = readdirSync(output);
        expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
        const existing = kinds.filter((kind) => kind === 'existing').length;
        expect(left).toHaveLength(
          totals.done +
            (exists === 'overwrite' ? 0 : existing) +
            (exists === 'overwrite'
              ? left.filter((name) => readFileSync(path.join(output, name), 'utf8') === 'old').length
              : 0),
        );
        if (!failFast) {
          const good = kinds.filter((kind) => kind === 'good').length;
          const overwritten = exists === 'overwrite' || exists === 'rename' ? existing : 0;
          expect(totals.done).toBe(good + overwritten);
          expect(totals.skipped).toBe(exists === 'skip' ? existing : 0);
        }
      },
    ),
    { numRuns: 25 },
  );
});

describe('inputs are never written', () => {
  test.each(['overwrite', 'rename', 'error', 'skip'] as const)('by their own name (%s)', async (exists) => {
    const folder = temporaryFolder();
    const input = imageIn(folder, 'a.png');
    const before = stateOf(folder);
    const { endings } = await run(batchRequest([input], input, { exists }));
    expect(endings).toEqual({ [input]: 'failed: output/is-an-input' });
    expect(stateOf(folder)).toEqual(before);
  });

  test.skipIf(process.platform === 'win32').each([
    { what: 'a symbolic link', make: (from: string, to: string): void => symlinkSync(from, to) },
    { what: 'a hard link', make: linkSync },
  ])('through $what', async ({ make }) => {
    const folder = temporaryFolder();
    const input = imageIn(folder, 'a.png');
    mkdirSync(path.join(folder, 'out'));
    make(input, path.join(folder, 'out', 'a_2x.png'));
    const before = stateOf(folder);
    const { endings } = await run(batchRequest([input], path.join(folder, 'out'), { exists: 'overwrite' }));
    expect(endings).toEqual({ [input]: 'failed: output/is-an-input' });
    expect(stateOf(folder)).toEqual(before);
  });

  test('when a folder is its own output and names do not change', async () => {
    const folder = temporaryFolder();
    const inputs = ['a.png', 'b.png'].map((name) => imageIn(folder, name));
    const before = stateOf(folder);
    const request = batchRequest([folder], folder, { exists: 'overwrite', nameTemplate: '{name}.{ext}' });
    const { endings } = await run(request);
    for (const input of inputs) expect(endings[input]).toBe('failed: output/is-an-input');
    expect(stateOf(folder)).toEqual(before);
  });

  test('even when they cannot be read: a wrong name does not permit to replace a file', async () => {
    const folder = temporaryFolder();
    const good = imageIn(folder, 'a.png');
    const unreadable = path.join(folder, 'a (png).jpg');
    copyFileSync(brokenPath('text.jpg'), unreadable);
    const before = stateOf(folder);
    const request = batchRequest([good, unreadable], folder, {
      exists: 'overwrite',
      nameTemplate: '{name}.{ext}',
    });
    const settings = { ...request.spec.settings, format: 'jpeg' } as const;
    const { endings } = await run({ ...request, spec: { ...request.spec, settings } });
    expect(endings).toEqual({
      [good]: 'failed: output/is-an-input',
      [unreadable]: 'failed: image/unsupported-format',
    });
    expect(stateOf(folder)).toEqual(before);
  });
});

describe('what already exists', () => {
  test.each([
    { exists: 'skip', ending: 'skipped: output-exists', files: ['a_2x.png'], isOld: true },
    { exists: 'error', ending: 'failed: output/exists', files: ['a_2x.png'], isOld: true },
    { exists: 'rename', ending: 'done', files: ['a_2x (2).png', 'a_2x.png'], isOld: true },
    { exists: 'overwrite', ending: 'done', files: ['a_2x.png'], isOld: false },
  ] as const)('is handled as requested: $exists', async ({ exists, ending, files, isOld }) => {
    const folder = temporaryFolder();
    const input = imageIn(folder, 'a.png');
    const output = path.join(folder, 'out');
    mkdirSync(output);
    writeFileSync(path.join(output, 'a_2x.png'), 'old');
    const { endings } = await run(batchRequest([input], output, { exists }));
    expect([endings[input], filesIn(output)]).toEqual([ending, files]);
    expect(readFileSync(path.join(output, 'a_2x.png'), 'utf8') === 'old').toBe(isOld);
  });

  test('a folder under the result’s name is a failure under every policy', async () => {
    for (const exists of ['skip', 'overwrite', 'rename', 'error'] as const) {
      const folder = temporaryFolder();
      const input = imageIn(folder, 'a.png');
      mkdirSync(path.join(folder, 'out', 'a_2x.png'), { recursive: true });
      const { endings } = await run(batchRequest([input], path.join(folder, 'out'), { exists }));
      expect(endings[input]).toBe('failed: output/is-a-directory');
    }
  });

  test('a file in the place of the output folder is a mistake in the request', async () => {
    const folder = temporaryFolder();
    const inputs = ['a.png', 'b.png'].map((name) => imageIn(folder, name));
    writeFileSync(path.join(folder, 'out'), '');
    const work = run(batchRequest(inputs, path.join(folder, 'out')));
    await expect(work).rejects.toMatchObject({ code: 'usage/invalid-option' });
  });

  test('a file in the way of a mirrored folder only fails the images below it', async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'in');
    for (const name of ['a.png', 'sub/b.png']) imageIn(source, name);
    mkdirSync(path.join(folder, 'out'));
    writeFileSync(path.join(folder, 'out', 'sub'), '');
    const { totals } = await run(batchRequest([source], path.join(folder, 'out')));
    expect(totals).toMatchObject({ done: 1, failed: 1 });
  });
});
