import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/image.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import type { QualityReport } from '../../../core/api/report.ts';
import { rasterStore } from '../../../core/image/rowStore.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import { enlarge } from '../../../core/worker/enlarge.ts';
import { measureResult } from '../../../core/worker/measureResult.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { seededRandom } from '../../bench/brokenOutputs.ts';
import { floatImage, rasterOf } from '../../bench/floatImages.ts';
import { modelsFolder } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const EXAMPLES = path.resolve('examples');
const SIDE_PX = 96;
const examples = readdirSync(EXAMPLES).filter((name) => /\.(png|jpe?g|webp)$/.test(name));
const models = new ModelCache();

async function judged(input: FloatImage, model: string, factor: number): Promise<QualityReport> {
  const sizing = { kind: 'factor', factor } as const;
  const source = rasterOf(input);
  const made = await enlarge(rasterStore(source), {
    job: {
      settings: { ...DEFAULT_JOB_SETTINGS, model, sizing, device: 'cpu' },
      modelsFolder,
      scratchFolder: temporaryFolder(),
      outputFormat: 'png',
      threads: 1,
    },
    to: targetSize(input, sizing),
    models,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return measureResult(source, made.store, { ...made.howMade, borders: { columns: [], rows: [] } }).quality;
}

function withNoise(image: FloatImage, sigma: number): FloatImage {
  const random = seededRandom(7);
  const data = image.data.map((sample) => {
    const noise = sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(255, Math.max(0, Math.round(sample + noise)));
  });
  return { ...image, data };
}

describe.each(examples)('%s', (name) => {
  test.each([
    { model: 'fast', factor: 0.5 },
    { model: 'fast', factor: 1.01 },
    { model: 'fast', factor: 1.5 },
    { model: 'fast', factor: 2 },
    { model: 'bicubic', factor: 0.5 },
    { model: 'bicubic', factor: 2 },
    { model: 'lanczos', factor: 1.5 },
  ])('is not flagged with $model at × $factor', async ({ model, factor }) => {
    const input = await floatImage(path.join(EXAMPLES, name), SIDE_PX);
    expect((await judged(input, model, factor)).reasons).toEqual([]);
  });

  test('knows that noise becomes brighter where its light is averaged', async () => {
    const input = await floatImage(path.join(EXAMPLES, name), 2 * SIDE_PX);
    expect((await judged(withNoise(input, 25), 'fast', 1.01)).reasons).toEqual([]);
  });

  test('allows a restoring network to remove noise', async () => {
    const input = await floatImage(path.join(EXAMPLES, name), SIDE_PX);
    expect((await judged(withNoise(input, 20), 'photo', 2)).reasons).toEqual([]);
  });
});

/** A table of lines of one pixel, as in scanned forms. */
function drawnTable(): FloatImage {
  const { width, height } = { width: 100, height: 84 };
  const samples = Float32Array.from({ length: width * height }, (_, index) => {
    const isLine = Math.floor(index / width) % 21 === 0 || (index % width) % 40 === 0;
    return isLine ? 0 : 255;
  });
  return { width, height, channels: 3, data: Float32Array.from([...samples, ...samples, ...samples]) };
}

test.each(['fast', 'bicubic', 'lanczos'])('%s keeps every line of a table of thin lines', async (model) => {
  const codes = (await judged(drawnTable(), model, 4)).reasons.map(({ code }) => code);
  expect(
    codes.filter((code) => ['dead-tile', 'incomplete', 'unlike-input', 'colour-shift'].includes(code)),
  ).toEqual([]);
});
