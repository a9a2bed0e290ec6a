import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareSets, makeSets, missingTools } from '../../support/formatSets.ts';
import { runCli } from '../../support/runCli.ts';

const missing = missingTools();
if (missing.length > 0)
  console.warn(`Not installed: ${missing.join(', ')}. The format sets are not compared.`);

/** At least this many files of each set are enlarged, or refused as they should be. */
const MIN_FILES = {
  ...{ heic: 30, jxl: 20, raw: 20, pages: 10, animations: 20, colours: 150 },
  ...{ kinds: 110, variants: 75, classics: 75, crossings: 75 },
};

const STILLS = ['heic', 'jxl', 'raw', 'colours', 'kinds', 'variants', 'classics', 'crossings'] as const;

describe.skipIf(missing.length > 0)('files of many kinds, judged by other programs', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-sets-'));
    makeSets(folder);
  }, 900_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['png', STILLS],
    ['tiff', [...STILLS, 'pages']],
    ['webp', [...STILLS, 'animations']],
    ['avif', STILLS],
    ['jpg', STILLS],
    ['jxl', STILLS],
    ['same', [...STILLS, 'pages', 'animations']],
  ] as const)(
    'with -f %s they look the same, move the same and keep their metadata',
    async (format, sets) => {
      const inputs = sets.flatMap((set) => ['-i', path.join(folder, set)]);
      const output = [
        '-o',
        path.join(folder, `enlarged-${format}`),
        '-n',
        'nearest',
        '-s',
        '2',
        '-f',
        format,
      ];
      const result = await runCli([...inputs, ...output, '--no-measure', '--json']);
      const compared = compareSets(folder, result.stdout);
      expect(compared.filter(({ problem }) => problem !== undefined)).toEqual([]);
      for (const set of sets) {
        const files = new Set(compared.map(({ file }) => file).filter((file) => file.startsWith(`${set}/`)));
        expect(files.size).toBeGreaterThanOrEqual(MIN_FILES[set]);
      }
    },
  );
});
