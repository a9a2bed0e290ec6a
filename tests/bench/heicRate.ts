/**
 * @file Measures how fast a folder of HEIC photos is enlarged, compared with the same photos as JPEG, alternately, with the processor time
 * of all processes and the stages of the images. Needs heif-enc; Linux only.
 *
 * Usage: node dist/tests/bench/heicRate.js [IMAGES] [ROUNDS] [MEGAPIXELS] [OPTIONS OF run, such as -s 2 -n fast]
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { batchEventSchema, type BatchEvent } from '../../core/api/events.ts';

const ROOT = new URL('../../../', import.meta.url);
const PROGRAM = fileURLToPath(new URL('dist/cli/main.js', ROOT));
const PHOTO = fileURLToPath(new URL('examples/flowers.jpg', ROOT));
const ASPECT = 4 / 3;
const TICKS_PER_SECOND = 100;
const KINDS = ['jpg', 'heic'] as const;
type Kind = (typeof KINDS)[number];

interface Measured {
  readonly seconds: number;
  /** Of all processes together. */
  readonly processorSeconds: number;
  /** Mean of the images. */
  readonly decodeSeconds: number;
  readonly enlargeSeconds: number;
}

/**
 * The photo at its own size, side by side until there are enough pixels: it keeps its detail. No two copies are equally
 * bright, for equal tiles would be enlarged once, and HEIC's tiles are never equal.
 */
async function mosaic(megapixels: number): Promise<Sharp> {
  const { width: photoWidth, height: photoHeight } = await sharp(PHOTO).metadata();
  const columns = Math.max(1, Math.round(Math.sqrt(megapixels * 1e6 * ASPECT) / photoWidth));
  const rows = Math.max(1, Math.round(Math.sqrt((megapixels * 1e6) / ASPECT) / photoHeight));
  const count = columns * rows;
  const copies = Array.from({ length: count }, async (_, index) => ({
    input: await sharp(PHOTO)
      .linear(0.7 + (0.6 * index) / count)
      .png()
      .toBuffer(),
    left: (index % columns) * photoWidth,
    top: Math.floor(index / columns) * photoHeight,
  }));
  const [width, height] = [columns * photoWidth, rows * photoHeight];
  const ground = sharp({ create: { width, height, channels: 3, background: '#000' } });
  return ground.composite(await Promise.all(copies));
}

async function makePhotos(folder: string, megapixels: number, count: number): Promise<void> {
  const [jpeg, heic] = [path.join(folder, 'photo.jpg'), path.join(folder, 'photo.heic')];
  await (await mosaic(megapixels)).jpeg({ quality: 92 }).toFile(jpeg);
  execFileSync('heif-enc', [jpeg, '-q', '60', '-o', heic], { stdio: 'ignore' });
  for (const kind of KINDS) {
    mkdirSync(path.join(folder, kind));
    for (let index = 0; index < count; index++)
      copyFileSync(path.join(folder, `photo.${kind}`), path.join(folder, kind, `${index}.${kind}`));
  }
}

/** Processor time of all processes that this one has waited for, with theirs. */
function processorSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

async function eventsOfRun(args: readonly string[]): Promise<BatchEvent[]> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The program ended with exit code ${String(code)}.`);
  return text
    .trim()
    .split('\n')
    .map((line) => batchEventSchema.parse(JSON.parse(line)));
}

async function measure(folder: string, kind: Kind, options: readonly string[]): Promise<Measured> {
  const results = path.join(folder, 'results');
  const before = processorSeconds();
  const startedAt = performance.now();
  const own = ['-f', 'jpg', '--data', path.join(folder, 'data'), '--exists', 'overwrite', '--json'];
  const events = await eventsOfRun(['-i', path.join(folder, kind), '-o', results, ...own, ...options]);
  const seconds = (performance.now() - startedAt) / 1000;
  const done = events.flatMap((event) => (event.type === 'job-done' ? [event.times] : []));
  const mean = (of: (times: (typeof done)[number]) => number): number =>
    done.reduce((sum, times) => sum + of(times), 0) / done.length / 1000;
  rmSync(results, { recursive: true });
  return {
    seconds,
    processorSeconds: processorSeconds() - before,
    decodeSeconds: mean(({ decodeMs }) => decodeMs),
    enlargeSeconds: mean(({ inferenceMs }) => inferenceMs),
  };
}

function lineOf(kind: Kind, count: number, measured: Measured): string {
  const rate = ((count * 60) / measured.seconds).toFixed(2);
  const texts = Object.entries(measured).map(([name, value]) => `${name} ${Number(value).toFixed(2)}`);
  return `${kind}: ${rate} images a minute; ${texts.join(', ')}\n`;
}

const [images = '6', rounds = '2', megapixels = '12', ...options] = process.argv.slice(2);
const count = Number(images);
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-heic-'));
const seconds: Record<Kind, number> = { jpg: 0, heic: 0 };
try {
  await makePhotos(folder, Number(megapixels), count);
  for (let round = 0; round < Number(rounds); round++) {
    for (const kind of round % 2 === 0 ? KINDS : KINDS.toReversed()) {
      const measured = await measure(folder, kind, options);
      seconds[kind] += measured.seconds;
      process.stdout.write(lineOf(kind, count, measured));
    }
  }
  const percent = Math.round((100 * seconds.jpg) / seconds.heic);
  process.stdout.write(`HEIC reaches ${percent}% of the rate of JPEG.\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
