import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { modelsFolder, sceneRaster, writePng } from '../../../support/images.ts';
import { runProgram } from '../../../support/runProgram.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const positive = z.number().positive();

/** The figures depend on the machine; the test only checks that they exist and are plausible. */
const benchSchema = z.object({
  schema: z.literal('enlarger.bench/1'),
  machine: z.object({ processor: z.string(), cores: positive, node: z.string(), onnxruntime: z.string() }),
  threads: positive,
  workers: positive,
  engine: z.object({
    peakGigaflops: positive,
    models: z.array(
      z.object({
        id: z.string(),
        bestMs: positive,
        outputMegapixelsPerSecond: positive,
        gigaflops: positive,
        shareOfPeak: positive,
      }),
    ),
  }),
  endToEnd: z.object({
    model: z.literal('fast-x4'),
    pictures: z.literal(1),
    outputMegapixels: z.literal((96 * 4 * 64 * 4) / 1e6),
    elapsedMs: positive,
    pureInferencePassesMs: z.tuple([positive, positive]),
    pureInferenceMs: positive,
    ratio: positive,
  }),
  startUp: z.object({ firstImageMs: positive, firstTileMs: positive }),
});

test('a quick measurement of the user’s image returns every figure and leaves no file', async () => {
  const folder = temporaryFolder();
  const images = path.join(folder, 'pictures');
  const scratch = path.join(folder, 'scratch');
  mkdirSync(images);
  mkdirSync(scratch);
  writePng(path.join(images, 'scene.png'), sceneRaster(96, 64));
  const env = { TMPDIR: scratch, TEMP: scratch, TMP: scratch };
  const { code, stdout } = await runProgram(['bench', '--quick', '--json', '--pictures', images], { env });
  expect(code).toBe(0);
  const result = benchSchema.parse(JSON.parse(stdout));
  const registry = readdirSync(modelsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(result.engine.models.map(({ id }) => id).sort()).toEqual(registry.map(({ name }) => name).sort());
  expect(readdirSync(scratch)).toEqual([]);
  expect(readdirSync(images)).toEqual(['scene.png']);
}, 300_000);
