/**
 * @file Measures how often the verdict is wrong: on images that a network enlarged faithfully (false alarms), and on
 * the same outputs broken in known ways (faults seen). After `npm run build`:
 *
 *     npm run bench:verdict -- PICTURES MODEL.onnx [--count 1000] [--breaks 1] [--seed 1] [--json FILE]
 *
 * PICTURES is a folder of large images (subfolders included); each is reduced by the model's scale and enlarged
 * again. MODEL takes and gives RGB in 0…1 as n × 3 × h × w.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from '../../core/engine/onnxLoader.ts';
import sharp from 'sharp';
import type { FloatImage, Size } from '../../core/api/image.ts';
import { assessOutput } from '../../core/quality/judging/assessOutput.ts';
import { colourPlanes } from '../../core/quality/planes/colourPlanes.ts';
import { imageRows } from '../../core/quality/planes/imageRows.ts';
import { pixelErrors } from '../../core/quality/metrics/pixelErrors.ts';
import { resizedPlane } from '../../core/quality/planes/resizedPlane.ts';
import type { TileBorders } from '../../core/quality/judging/seamSteps.ts';
import { verdict, type Verdict } from '../../core/quality/judging/verdict.ts';
import { BREAKS, seededRandom, type Random } from './brokenOutputs.ts';
import { limitHistogram, limitShares, limitTable, type LimitWeights } from './faithfulFigures.ts';

/** A break that changes an image by less than this (RMSE, 0…255) cannot be seen: greys have no channels to swap. */
const VISIBLE_RMSE = 1;

interface Judged {
  readonly picture: string;
  /** The break's name; `none` for the faithful output. */
  readonly broken: string;
  readonly verdict: Verdict['verdict'];
  readonly reasons: readonly string[];
  readonly shares: LimitWeights;
}

interface Enlarger {
  readonly scale: number;
  readonly enlarge: (input: FloatImage) => Promise<FloatImage>;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '1000' },
      breaks: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  });
  const [folder, modelPath] = positionals;
  if (folder === undefined || modelPath === undefined)
    throw new Error('usage: verdictRates PICTURES MODEL.onnx');
  const enlarger = await loadEnlarger(modelPath);
  const random = seededRandom(Number(values.seed));
  const judged: Judged[] = [];
  for (const image of spread(imagesIn(folder), Number(values.count))) {
    judged.push(...(await judgeImage(image, { enlarger, random, breaks: Number(values.breaks) })));
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(judged, null, 1));
  printRates(judged);
  const faithful = judged.filter((one) => one.broken === 'none');
  const shares = faithful.map((one) => one.shares);
  process.stdout.write(`\n${limitTable(shares)}\n\n${limitHistogram(shares)}\n`);
}

function imagesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(png|jpe?g|webp|tiff?)$/i.test(name))
    .toSorted()
    .map((name) => path.join(folder, name));
}

/** `count` of the items, evenly spread over the list. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, items.length / count);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

async function loadEnlarger(modelPath: string): Promise<Enlarger> {
  const session = await InferenceSession.create(modelPath, { intraOpNumThreads: 1 });
  const enlarge = async (input: FloatImage): Promise<FloatImage> => {
    const samples = input.data.map((sample) => sample / 255);
    const tensor = new Tensor('float32', samples, [1, 3, input.height, input.width]);
    const results = await session.run({ [session.inputNames[0] ?? '']: tensor });
    const enlarged = results[session.outputNames[0] ?? ''];
    if (enlarged === undefined || !(enlarged.data instanceof Float32Array))
      throw new Error('no float output');
    const [, , height = 0, width = 0] = enlarged.dims;
    return { width, height, channels: 3, data: enlarged.data.map((sample) => to8Bit(255 * sample)) };
  };
  const probe = await enlarge({ width: 16, height: 16, channels: 3, data: new Float32Array(768) });
  return { scale: probe.width / 16, enlarge };
}

interface JudgeOptions {
  readonly enlarger: Enlarger;
  readonly random: Random;
  readonly breaks: number;
}

async function judgeImage(
  file: string,
  { enlarger, random, breaks }: JudgeOptions,
): Promise<readonly Judged[]> {
  const large = await decode(file);
  const { scale } = enlarger;
  const input = reduced(large, {
    width: Math.floor(large.width / scale),
    height: Math.floor(large.height / scale),
  });
  const output = await enlarger.enlarge(input);
  const borders = { columns: thirds(output.width), rows: thirds(output.height) };
  const judge = (broken: string, image: FloatImage): Judged => {
    const assessment = assessOutput(imageRows(input), imageRows(image), borders);
    const { verdict: found, reasons } = verdict(assessment);
    const codes = reasons.map((reason) => reason.code);
    return { picture: file, broken, verdict: found, reasons: codes, shares: limitShares(assessment) };
  };
  const names = Object.keys(BREAKS);
  const first = Math.floor(random() * names.length);
  const broken = Array.from(
    { length: breaks },
    (_, index) => names[(first + index * 3) % names.length] ?? '',
  ).flatMap((name) => {
    const image = BREAKS[name]?.(output, borders, random) ?? output;
    const { rmse } = pixelErrors(colourPlanes(output), colourPlanes(image));
    return rmse < VISIBLE_RMSE ? [] : [judge(name, image)];
  });
  return [judge('none', output), ...broken];
}

/** Tile borders as a run would have them: the network of this bench takes each image in one piece. */
function thirds(lengthPx: number): TileBorders['columns'] {
  return [Math.round(lengthPx / 3), Math.round((2 * lengthPx) / 3)];
}

async function decode(image: string): Promise<FloatImage> {
  const { data, info } = await sharp(image)
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  const samples = new Float32Array(pixels * 3);
  for (let index = 0; index < samples.length; index++) {
    const channel = Math.min(Math.floor(index / pixels), info.channels - 1);
    samples[index] = data[(index % pixels) * info.channels + channel] ?? 0;
  }
  return { width: info.width, height: info.height, channels: 3, data: samples };
}

function reduced(image: FloatImage, size: Size): FloatImage {
  const pixels = size.width * size.height;
  const data = new Float32Array(pixels * 3);
  const row = new Float64Array(size.width);
  colourPlanes(image).forEach((plane, channel) => {
    const small = resizedPlane(plane, size);
    for (let y = 0; y < size.height; y++) {
      small.readRow(y, row);
      data.set(row.map(to8Bit), channel * pixels + y * size.width);
    }
  });
  return { ...size, channels: 3, data };
}

function to8Bit(sample: number): number {
  return Math.min(255, Math.max(0, Math.round(sample)));
}

function printRates(judged: readonly Judged[]): void {
  for (const broken of ['none', ...Object.keys(BREAKS)]) {
    printRate(
      broken === 'none' ? 'false alarms' : `seen: ${broken}`,
      judged.filter((one) => one.broken === broken),
    );
  }
  printRate(
    'seen: all breaks',
    judged.filter((one) => one.broken !== 'none'),
  );
}

function printRate(title: string, judged: readonly Judged[]): void {
  const flagged = judged.filter((one) => one.verdict !== 'ok');
  const failed = flagged.filter((one) => one.verdict === 'failed');
  const percent = ((100 * flagged.length) / Math.max(1, judged.length)).toFixed(1);
  process.stdout.write(
    `${title.padEnd(26)} ${percent.padStart(5)} % (${flagged.length} of ${judged.length}; ${failed.length} failed)\n`,
  );
}

await main();
