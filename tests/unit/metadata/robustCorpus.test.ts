import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import type { InputFormat } from '../../../core/api/imageFormats.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample, storedPixels } from './sampleImages.ts';

const directory = process.env['ENLARGER_ROBUST_DIR'] ?? '';
const FORMATS: Readonly<Record<string, InputFormat>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  png: 'png',
  webp: 'webp',
  tif: 'tiff',
  tiff: 'tiff',
  avif: 'avif',
  gif: 'gif',
};

test.skipIf(directory === '')(
  'every file of the hostile corpus can be read, and its metadata embedded',
  async () => {
    const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    let checked = 0;
    for (const path of paths) {
      const format = FORMATS[path.split('.').at(-1)?.toLowerCase() ?? ''];
      if (format === undefined) {
        continue;
      }
      checked += 1;
      const { metadata } = readMetadata(format, readFileSync(join(directory, path)));
      const prepared = prepareMetadata(metadata, {
        policy: 'all',
        width: 37,
        height: 29,
        keepIcc: true,
      }).metadata;
      for (const sample of ENCODED_SAMPLES.filter((one) => one.channels === 3)) {
        const encoded = await encodeSample(sample);
        const { file } = embedInto(sample.format, encoded, prepared);
        expect(await storedPixels(file), `${path} in ${sample.name}`).toEqual(await storedPixels(encoded));
      }
    }
    expect(checked).toBeGreaterThan(0);
  },
  600_000,
);
