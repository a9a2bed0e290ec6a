/**
 * @file Measures how often the verdict is wrong: on images that were enlarged as they should be (false alarms), and on
 * the same results broken in known ways (faults found); for several networks and factors, on clean inputs and on
 * degraded ones. After `npm run build`:
 *
 *     npm run bench:verdict -- IMAGES [--count 100] [--models fast,photo,bicubic] [--scales 0.5,1.01,1.5,2,4]
 *                                     [--inputs clean,spoiled] [--breaks 1] [--seed 1] [--json FILE] [--data FOLDER]
 *
 * IMAGES is a folder of large images (subfolders included). For a factor above 1 each is reduced by that factor and
 * enlarged again by the code that enlarges people's images; below 1 it is the input itself. Models that were added with
 * `enlarger models add --data FOLDER` can be named, too.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { FloatImage } from '../../core/api/image.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { rasterStore } from '../../core/image/rowStore.ts';
import { toFloatImage } from '../../core/image/toFloatImage.ts';
import { targetSize } from '../../core/api/targetSize.ts';
import { modelsPath } from '../../core/models/modelRegistry.ts';
import { assessOutput } from '../../core/quality/judging/assessOutput.ts';
import type { Assessment } from '../../core/quality/judging/assessment.ts';
import type { TileBorders } from '../../core/quality/judging/seamSteps.ts';
import { verdict, type Verdict } from '../../core/quality/judging/verdict.ts';
import { pixelErrors } from '../../core/quality/metrics/pixelErrors.ts';
import { colourPlanes } from '../../core/quality/planes/colourPlanes.ts';
import { enlarge, type Enlarged } from '../../core/worker/enlarge.ts';
import { floatRows } from '../../core/quality/planes/imageRows.ts';
import { ModelCache } from '../../core/worker/modelCache.ts';
import { BREAKS, seededRandom, type Random } from './brokenOutputs.ts';
import { limitHistogram, limitShares, limitTable, type LimitWeights } from './faithfulFigures.ts';
import { floatImage, rasterOf, reducedImage } from './floatImages.ts';
import { imagesIn, spread } from './imageFolder.ts';
import { SPOILINGS } from './spoiledInputs.ts';

/** A break that changes an image by less than this (RMSE, 0…255) cannot be seen: greys have no channels to swap. */
const VISIBLE_RMSE = 1;
/** Side of the middle part of each image that is used: many small images are worth more than a few large ones. */
const MAX_PX = 256;
const MODELS_FOLDER = 'resources/models';
/** What the faithful result is called among the breaks. */
const WHOLE = 'none';

interface Setup {
  readonly model: string;
  readonly scale: number;
  readonly inputs: 'clean' | 'spoiled';
}

interface Judged extends Setup {
  readonly image: string;
  readonly broken: string;
  readonly verdict: Verdict['verdict'];
  readonly reasons: readonly string[];
  readonly shares: LimitWeights;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100' },
    models: { type: 'string', default: 'fast,photo,bicubic' },
    scales: { type: 'string', default: '4,2,1.5,1.01,0.5' },
    inputs: { type: 'string', default: 'clean,spoiled' },
    breaks: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    data: { type: 'string' },
  },
});
const modelsFolder = values.data === undefined ? MODELS_FOLDER : modelsPath(MODELS_FOLDER, values.data);
const models = new ModelCache();

async function main(): Promise<void> {
  const [folder] = positionals;
  if (folder === undefined) throw new Error('usage: verdictRates IMAGES [options]');
  const files = spread(imagesIn(folder), Number(values.count));
  const judged: Judged[] = [];
  for (const setup of setups()) {
    // The same images are degraded and broken alike for every network.
    const random = seededRandom(Number(values.seed));
    const ofSetup: Judged[] = [];
    for (const file of files) ofSetup.push(...(await judgeImage(file, setup, random)));
    judged.push(...ofSetup);
    process.stdout.write(`${rateLine(setup, ofSetup)}\n`);
  }
  printSummary(judged);
}

function setups(): readonly Setup[] {
  return values.models.split(',').flatMap((model) =>
    values.scales.split(',').flatMap((scale) =>
      values.inputs.split(',').map((inputs) => ({
        model,
        scale: Number(scale),
        inputs: inputs === 'clean' ? 'clean' : 'spoiled',
      })),
    ),
  );
}

async function inputFor(file: string, { scale, inputs }: Setup, random: Random): Promise<FloatImage> {
  const large = await floatImage(file, MAX_PX);
  const side = (length: number): number => (scale > 1 ? Math.round(length / scale) : length);
  const clean = reducedImage(large, { width: side(large.width), height: side(large.height) });
  const ways = Object.values(SPOILINGS);
  const spoil = ways[Math.floor(random() * ways.length)];
  if (inputs === 'clean' || spoil === undefined) return clean;
  return spoil(clean, random);
}

async function enlarged(
  input: FloatImage,
  { model, scale }: Setup,
): Promise<{ output: FloatImage; made: Enlarged['howMade'] }> {
  const settings = {
    ...DEFAULT_JOB_SETTINGS,
    model,
    device: 'cpu' as const,
    sizing: { kind: 'factor' as const, factor: scale },
  };
  const scratchFolder = path.join('scratch', 'never-needed');
  const { store, howMade } = await enlarge(rasterStore(rasterOf(input)), {
    job: { settings, modelsFolder, scratchFolder, outputFormat: 'png', threads: 1 },
    to: targetSize(input, settings.sizing),
    models,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const output = toFloatImage(store.read(0, store.shape.height));
  store.dispose();
  return { output, made: howMade };
}

async function judgeImage(file: string, setup: Setup, random: Random): Promise<readonly Judged[]> {
  const input = await inputFor(file, setup, random);
  const { output, made } = await enlarged(input, setup);
  // Images as small as these are one tile; borders are where a larger one would have them.
  const borders = { columns: thirds(output.width), rows: thirds(output.height) };
  const judge = (broken: string, image: FloatImage): Judged => {
    const assessment = assessOutput(floatRows(input), floatRows(image), { ...made, borders });
    keep(file, setup, broken, assessment);
    const { verdict: found, reasons } = verdict(assessment, made.tolerance);
    const codes = reasons.map((reason) => reason.code);
    return { ...setup, image: file, broken, verdict: found, reasons: codes, shares: limitShares(assessment) };
  };
  return [
    judge(WHOLE, output),
    ...brokenOutputs(output, borders, random).map(([name, image]) => judge(name, image)),
  ];
}

function brokenOutputs(
  output: FloatImage,
  borders: TileBorders,
  random: Random,
): readonly (readonly [string, FloatImage])[] {
  const names = Object.keys(BREAKS);
  const first = Math.floor(random() * names.length);
  return Array.from(
    { length: Number(values.breaks) },
    (_, index) => names[(first + index * 3) % names.length] ?? '',
  )
    .map((name) => [name, BREAKS[name]?.(output, borders, random) ?? output] as const)
    .filter(([, image]) => pixelErrors(colourPlanes(output), colourPlanes(image)).rmse >= VISIBLE_RMSE);
}

/** With `--json`, every assessment as one line, to try other limits on. */
function keep(image: string, setup: Setup, broken: string, assessment: Assessment): void {
  if (values.json === undefined) return;
  const content = JSON.stringify({ image, ...setup, broken, assessment });
  appendFileSync(values.json, `${content}\n`);
}

/** Tile borders as a run would have them. */
function thirds(lengthPx: number): TileBorders['columns'] {
  return [Math.round(lengthPx / 3), Math.round((2 * lengthPx) / 3)];
}

function isFlagged({ verdict: found }: Judged): boolean {
  return found !== 'ok';
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`;
}

function flaggedShare(judged: readonly Judged[]): string {
  return `${percent(judged.filter(isFlagged).length, judged.length)} of ${judged.length}`;
}

function rateLine({ model, scale, inputs }: Setup, judged: readonly Judged[]): string {
  const whole = judged.filter(({ broken }) => broken === WHOLE);
  const broken = judged.filter((one) => one.broken !== WHOLE);
  const reasons = new Map<string, number>();
  for (const code of whole.flatMap((one) => one.reasons)) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  const missed = broken.filter((one) => !isFlagged(one)).map((one) => one.broken);
  return [
    `| ${model} ×${scale} ${inputs}`.padEnd(26),
    flaggedShare(whole).padEnd(14),
    flaggedShare(broken).padEnd(14),
    [...reasons]
      .map(([code, count]) => `${code} ${count}`)
      .join(', ')
      .padEnd(30),
    `${missed.join(', ')} |`,
  ].join(' | ');
}

function printSummary(judged: readonly Judged[]): void {
  const whole = judged.filter(({ broken }) => broken === WHOLE);
  const lines: readonly (readonly [string, readonly Judged[]])[] = [
    ['false alarms', whole],
    ...Object.keys(BREAKS).map(
      (name) => [`found: ${name}`, judged.filter((one) => one.broken === name)] as const,
    ),
    ['found: all breaks', judged.filter((one) => one.broken !== WHOLE)],
  ];
  process.stdout.write('\n');
  for (const [title, ofTitle] of lines)
    process.stdout.write(`${title.padEnd(26)} ${flaggedShare(ofTitle)}\n`);
  const shares = whole.map((one) => one.shares);
  process.stdout.write(`\n${limitTable(shares)}\n\n${limitHistogram(shares)}\n`);
}

await main();
