import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FloatImage, Raster, Size } from '../../api/image.ts';
import type { Tolerance } from '../../api/models/tolerance.ts';
import type { RawNetwork } from '../../engine/rawNetwork.ts';
import { readRaster } from '../../image/readRaster.ts';
import { assessOutput } from '../../quality/judging/assessOutput.ts';
import type { Assessment } from '../../quality/judging/assessment.ts';
import { learnTolerance } from '../../quality/judging/learnTolerance.ts';
import { floatRows } from '../../quality/planes/imageRows.ts';
import type { FloatTile } from '../../tiling/floatTile.ts';
import type { NetworkShape } from './findShape.ts';

/** Side of the part of a sample that is enlarged; a smaller one for networks that are slow on any processor. */
const SIDE_PX = 128;
const SLOW_SIDE_PX = 48;
const SLOW_MACS = 50e9;
const IMAGE = /\.(jpg|png|webp)$/;
const MAX_SAMPLE_PX = 2 ** 20;
const WHITE = 255;

export interface ToleranceRequest {
  readonly shape: NetworkShape;
  readonly fixedPx: Size | undefined;
  readonly macs: number;
  /** Folder with small images of several kinds. */
  readonly samplesFolder: string;
}

/** Nothing can be learned without samples, e.g. in an incomplete installation. */
async function sampleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => IMAGE.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

function partSize({ shape, fixedPx, macs }: ToleranceRequest): Size {
  if (fixedPx !== undefined) return fixedPx;
  const { multiplePx, leastPx } = shape;
  const leastSide = Math.max(leastPx, macs > SLOW_MACS ? SLOW_SIDE_PX : SIDE_PX);
  const sidePx = Math.ceil(leastSide / multiplePx) * multiplePx;
  return { width: sidePx, height: sidePx };
}

/** The middle of an image in colour, 0…1; a smaller image is repeated. */
function middleOf({ width, height, channels, data }: Raster, size: Size): FloatTile {
  const left = Math.max(0, Math.floor((width - size.width) / 2));
  const top = Math.max(0, Math.floor((height - size.height) / 2));
  const samples = new Float32Array(3 * size.width * size.height);
  for (let plane = 0; plane < 3; plane++) {
    const channel = channels < 3 ? 0 : plane;
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const pixel = ((top + y) % height) * width + ((left + x) % width);
        samples[(plane * size.height + y) * size.width + x] = (data[pixel * channels + channel] ?? 0) / WHITE;
      }
    }
  }
  return { ...size, data: samples };
}

/** As the program would write it. */
function written({ width, height, data }: FloatTile): FloatImage {
  const stored = data.map((value) => Math.round(WHITE * Math.min(1, Math.max(0, value))));
  return { width, height, channels: 3, data: stored };
}

/** Where a larger image would have tile borders. */
function thirds(lengthPx: number): readonly number[] {
  return [Math.round(lengthPx / 3), Math.round((2 * lengthPx) / 3)];
}

function assess(input: FloatImage, output: FloatImage): Assessment {
  return assessOutput(floatRows(input), floatRows(output), {
    kind: 'restoring',
    finish: { kernel: 'lanczos', linearLight: true },
    borders: { columns: thirds(output.width), rows: thirds(output.height) },
  });
}

/**
 * Enlarges parts of the samples, each in one piece, and judges the results: without it, correct results of a network
 * that smooths or sharpens more than others would be flagged.
 */
export async function measureTolerance(network: RawNetwork, request: ToleranceRequest): Promise<Tolerance> {
  const size = partSize(request);
  const assessments: Assessment[] = [];
  for (const file of await sampleFiles(request.samplesFolder)) {
    const sample = await readRaster(file, { colour: 'srgb', maxPixels: MAX_SAMPLE_PX });
    const source = middleOf(sample, size);
    assessments.push(assess(written(source), written(await network.run(source))));
  }
  return learnTolerance(assessments);
}
