import path from 'node:path';
import { expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../../core/api/jobSettings.ts';
import { enlargeImage, type WorkerTools } from '../../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { Semaphore } from '../../../core/worker/semaphore.ts';
import { largestDifference, modelsFolder, storedPixels, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SIDE = 64;
/** White, black and mid-grey. */
const BACKGROUNDS = [255, 0, 128];
const tools: WorkerTools = {
  models: new ModelCache(),
  inference: new Semaphore(1),
  memory: new Semaphore(64 * 1024 * 1024),
};

type Colour = readonly [red: number, green: number, blue: number];

/** A disc of one colour; around it a glow or shadow, or nothing. */
interface Shape {
  readonly disc: Colour;
  readonly around?: { readonly colour: Colour; readonly alpha: number; readonly endPx: number };
}

const RADIUS_PX = 18.3;
const SHAPES = {
  'a disc': { disc: [220, 40, 30] },
  'a disc with a shadow': {
    disc: [243, 234, 210],
    around: { colour: [0, 0, 0], alpha: 0.23, endPx: 30 },
  },
  'a disc that glows': { disc: [20, 30, 80], around: { colour: [255, 200, 60], alpha: 0.6, endPx: 29 } },
} as const satisfies Record<string, Shape>;

/** Light and opacity of a shape at a point: what mixes by area. */
function lightAt({ disc, around }: Shape, x: number, y: number): readonly number[] {
  const distance = Math.hypot(x - SIDE / 2, y - SIDE / 2);
  if (distance < RADIUS_PX) return [...disc, 1];
  if (around === undefined) return [0, 0, 0, 0];
  const alpha = around.alpha * Math.min(1, Math.max(0, (around.endPx - distance) / 12));
  return [...around.colour.map((value) => value * alpha), alpha];
}

/** The shape as an ideal camera sees it, each pixel the mean of its area: four planes interleaved, not rounded. */
function idealLight(shape: Shape, scale: number): Float64Array {
  const side = SIDE * scale;
  const samples = 8;
  const light = new Float64Array(side * side * 4);
  for (let pixel = 0; pixel < side * side; pixel++) {
    for (let sample = 0; sample < samples ** 2; sample++) {
      const x = (pixel % side) + ((sample % samples) + 0.5) / samples;
      const y = Math.floor(pixel / side) + (Math.floor(sample / samples) + 0.5) / samples;
      lightAt(shape, x / scale, y / scale).forEach((value, part) => {
        light[pixel * 4 + part]! += value / samples ** 2;
      });
    }
  }
  return light;
}

/** As files store it: straight alpha, 8 bit, black if transparent. */
function storedShape(shape: Shape): Raster {
  const data = Uint8Array.from(idealLight(shape, 1), (value, index) =>
    index % 4 === 3 ? value * 255 + 0.5 : value,
  );
  const light = idealLight(shape, 1);
  for (let index = 0; index < data.length; index++) {
    const alpha = light[index - (index % 4) + 3]!;
    if (index % 4 < 3) data[index] = alpha > 0 ? Math.round(light[index]! / alpha) : 0;
  }
  return { width: SIDE, height: SIDE, channels: 4, data };
}

/** As it looks over a background, 8 bit and opaque. */
function composed({ width, height, data }: Raster, background: number): Raster {
  const seen = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = data[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      seen[pixel * 3 + channel] = Math.round(data[pixel * 4 + channel]! * alpha + background * (1 - alpha));
    }
  }
  return { width, height, channels: 3, data: seen };
}

async function enlarged(source: Raster, scale: number, tile: JobSettings['tile'] = 'auto'): Promise<Raster> {
  const folder = temporaryFolder();
  const inputPath = writePng(path.join(folder, 'in.png'), source);
  const tempPath = path.join(folder, 'made.part');
  await enlargeImage(
    {
      ...{ id: 1, inputPath, tempPath, outputFormat: 'png', modelsFolder, threads: 1 },
      scratchFolder: path.join(folder, 'scratch'),
      settings: {
        ...DEFAULT_JOB_SETTINGS,
        ...{ engine: 'onnx', model: 'fast', tile },
        sizing: { kind: 'factor', factor: scale },
      },
    },
    tools,
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  return storedPixels(tempPath);
}

/** RMSE against the ideal shape over a background, in levels. */
function errorOver(background: number, { data }: Raster, ideal: Float64Array): number {
  let sum = 0;
  for (let pixel = 0; pixel < data.length / 3; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const wanted = ideal[pixel * 4 + channel]! + background * (1 - ideal[pixel * 4 + 3]!);
      sum += (data[pixel * 3 + channel]! - wanted) ** 2;
    }
  }
  return Math.sqrt(sum / data.length);
}

// Composed before the enlargement there can be no halo: what the network does to the same edge without alpha is the
// measure. Colour and alpha enlarged apart missed the ideal disc with a shadow by 3.8 to 4.5 levels, now by 1.4 to 2.3.
test.each(
  [2, 3, 4].flatMap((scale) =>
    (['a disc', 'a disc with a shadow', 'a disc that glows'] as const).map((name) => ({ name, scale })),
  ),
)('$name, × $scale, looks on every background as if enlarged together with it', async ({ name, scale }) => {
  const [source, ideal] = [storedShape(SHAPES[name]), idealLight(SHAPES[name], scale)];
  const apart = await enlarged(source, scale);
  for (const background of BACKGROUNDS) {
    const together = await enlarged(composed(source, background), scale);
    const most = 1.15 * errorOver(background, together, ideal) + 0.8;
    const error = errorOver(background, composed(apart, background), ideal);
    expect(error, `over ${background}`).toBeLessThan(most);
  }
});

test('a disc of one colour keeps that colour to its last pixel', async () => {
  const { data } = await enlarged(storedShape(SHAPES['a disc']), 2);
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    if (data[pixel + 3]! < 8) continue;
    const off = SHAPES['a disc'].disc.map((value, channel) => Math.abs(data[pixel + channel]! - value));
    expect(Math.max(...off)).toBeLessThanOrEqual(4);
  }
});

test('tiles leave no trace on a border between layers', async () => {
  const source = storedShape(SHAPES['a disc with a shadow']);
  const [whole, inTiles] = [await enlarged(source, 2), await enlarged(source, 2, 32)];
  expect(largestDifference(whole.data, inTiles.data)).toBeLessThanOrEqual(1);
});
