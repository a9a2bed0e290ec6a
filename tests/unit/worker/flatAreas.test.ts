import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { enlargeImage, type WorkerTools } from '../../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { Semaphore } from '../../../core/worker/semaphore.ts';
import { modelsFolder, storedPixels, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const tools: WorkerTools = {
  models: new ModelCache(),
  inference: new Semaphore(1),
  memory: new Semaphore(64 * 1024 * 1024),
};

async function enlarged(raster: Raster, model: string, scale: number, tile: 'auto' | number = 'auto') {
  const folder = temporaryFolder();
  const job = {
    id: 1,
    inputPath: writePng(path.join(folder, 'in.png'), raster),
    tempPath: path.join(folder, 'made.part'),
    scratchFolder: path.join(folder, 'made.scratch'),
    outputFormat: 'png' as const,
    settings: {
      ...DEFAULT_JOB_SETTINGS,
      model,
      tile,
      sizing: { kind: 'factor' as const, factor: scale },
    },
    modelsFolder,
    threads: 1,
    measure: true,
  };
  const hooks = { signal: new AbortController().signal, onProgress: (): void => undefined };
  const result = await enlargeImage(job, tools, hooks);
  if (result.kind !== 'enhanced') throw new Error(result.kind);
  return { made: await storedPixels(job.tempPath), result };
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly ground: readonly number[];
  /** Of another colour than the ground, which is everything else. */
  readonly shape?: { readonly x: number; readonly y: number; readonly side: number };
  readonly bitDepth?: 8 | 16;
}

function isShape({ shape }: Drawing, x: number, y: number): boolean {
  if (shape === undefined) return false;
  return x >= shape.x && x < shape.x + shape.side && y >= shape.y && y < shape.y + shape.side;
}

function draw(drawing: Drawing): Raster {
  const { width, height, ground, bitDepth = 8 } = drawing;
  const channels = ground.length as Raster['channels']; // every ground below has one to four samples
  const peak = bitDepth === 8 ? 255 : 65_535;
  const other = ground.map((value, channel) =>
    channels % 2 === 0 && channel === channels - 1 ? value : peak - value,
  );
  const size = width * height * channels;
  const data = bitDepth === 8 ? new Uint8Array(size) : new Uint16Array(size);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(isShape(drawing, x, y) ? other : ground, (y * width + x) * channels);
  return { width, height, channels, data };
}

/** Samples of the result that differ from the ground at this distance or more from the shape, in pixels of the source. */
function strays({
  made,
  drawing,
  scale,
  farPx,
}: {
  made: Raster;
  drawing: Drawing;
  scale: number;
  farPx: number;
}) {
  const { ground } = drawing;
  const { shape = { x: -1_000, y: -1_000, side: 0 } } = drawing;
  const wrong: number[][] = [];
  for (let y = 0; y < made.height; y++) {
    for (let x = 0; x < made.width; x++) {
      const [left, top] = [Math.floor(x / scale), Math.floor(y / scale)];
      const across = Math.max(shape.x - left, left - shape.x - shape.side + 1);
      const down = Math.max(shape.y - top, top - shape.y - shape.side + 1);
      if (Math.max(across, down) < farPx) continue;
      const start = (y * made.width + x) * made.channels;
      const pixel = [...made.data.subarray(start, start + made.channels)];
      if (pixel.some((value, channel) => value !== ground[channel])) wrong.push([x, y, ...pixel]);
    }
  }
  return wrong;
}

/** Beyond this distance from a change everything is the ground: less than any network sees. */
const FAR_PX = 9;

describe.each(['fast-x2', 'fast-x4', 'art-x4'])('%s keeps one colour', (model) => {
  const scale = model.endsWith('x2') ? 2 : 4;
  const shape = { x: 22, y: 20, side: 12 };

  test.each<Drawing>([
    { width: 34, height: 60, ground: [0, 255, 128], shape },
    { width: 60, height: 32, ground: [200, 0, 255, 255], shape },
    { width: 56, height: 54, ground: [1_003, 60_011, 30_007], bitDepth: 16, shape },
    { width: 50, height: 54, ground: [255], shape },
    { width: 60, height: 34, ground: [0, 200, 30, 40], shape },
    { width: 1, height: 1, ground: [255, 0, 0] },
    { width: 2, height: 2, ground: [0, 0, 255, 90] },
  ])('in corners and at borders of an image with a shape: $width × $height, $ground', async (drawing) => {
    const { made, result } = await enlarged(draw(drawing), model, scale);
    const wrong = strays({ made, drawing, scale, farPx: FAR_PX });
    expect([wrong.length, wrong.slice(0, 3)]).toEqual([0, []]);
    expect(result.quality?.verdict).toBe('ok');
  });
});

test.each(['fast-x2', 'fast-x4', 'photo-x4'])(
  '%s leaves the colour of an uneven ground in corners and at borders',
  async (model) => {
    const raster = draw({ width: 40, height: 30, ground: [250, 4, 5] });
    raster.data.forEach((value, index) => (raster.data[index] = value + ((index * 7_919) % 5) - 2));
    const { made } = await enlarged(raster, model, model.endsWith('x2') ? 2 : 4);
    const errors = made.data.map((value, index) => Math.abs(value - raster.data[index % 3]!));
    expect(Math.max(...errors)).toBeLessThan(12);
  },
);
