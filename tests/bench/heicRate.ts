/**
 * @file Measures how fast a folder of HEIC photos is enlarged, compared with the same photos as JPEG, alternately. The figure is
 * the median time from one result to the next, which a folder of any length has: the start, the first image, and the last one, which has no
 * next image to decode, do not count. Prints the processor time of all processes and the stages of the images, too. Needs heif-enc; Linux only.
 *
 * Usage: node dist/tests/bench/heicRate.js [IMAGES] [ROUNDS] [MEGAPIXELS] [OPTIONS OF run, such as -s 2 -n fast]
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { batchEventSchema, type BatchEvent } from '../../core/api/events.ts';

const ROOT = new URL('../../../', import.meta.url);
const PROGRAM = fileURLToPath(new URL('dist/cli/main.js', ROOT));
const PHOTO = fileURLToPath(new URL('examples/flowers.jpg', ROOT));
const ASPECT = 4 / 3;
/** A file of 2 MB for 12 megapixels, as phones write them. */
const HEIC_QUALITY = '35';
const TICKS_PER_SECOND = 100;
const KINDS = ['jpg', 'heic'] as const;
type Kind = (typeof KINDS)[number];

/** A run of four images has two times between results that count. */
const MIN_IMAGES = 4;

interface Measured {
  /** From one result to the next, with an image that is decoded meanwhile. */
  readonly intervals: readonly number[];
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
  execFileSync('heif-enc', [jpeg, '-q', HEIC_QUALITY, '-o', heic], { stdio: 'ignore' });
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

interface TimedEvent {
  readonly event: BatchEvent;
  readonly seconds: number;
}

async function eventsOfRun(args: readonly string[]): Promise<TimedEvent[]> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const events: TimedEvent[] = [];
  for await (const line of createInterface({ input: child.stdout }))
    events.push({ event: batchEventSchema.parse(JSON.parse(line)), seconds: performance.now() / 1000 });
  const code = await ended;
  if (code !== 0) throw new Error(`The program ended with exit code ${String(code)}.`);
  return events;
}

async function measure(folder: string, kind: Kind, options: readonly string[]): Promise<Measured> {
  const results = path.join(folder, 'results');
  const before = processorSeconds();
  const own = ['-f', 'jpg', '--data', path.join(folder, 'data'), '--exists', 'overwrite', '--json'];
  const events = await eventsOfRun(['-i', path.join(folder, kind), '-o', results, ...own, ...options]);
  const done = events.flatMap(({ event, seconds }) =>
    event.type === 'job-done' ? [{ seconds, times: event.times }] : [],
  );
  const mean = (of: (times: (typeof done)[number]['times']) => number): number =>
    done.reduce((sum, { times }) => sum + of(times), 0) / done.length / 1000;
  rmSync(results, { recursive: true });
  return {
    intervals: done.slice(1, -1).map(({ seconds }, index) => seconds - done[index]!.seconds),
    processorSeconds: processorSeconds() - before,
    decodeSeconds: mean(({ decodeMs }) => decodeMs),
    enlargeSeconds: mean(({ inferenceMs }) => inferenceMs),
  };
}

function lineOf(kind: Kind, { intervals, ...others }: Measured): string {
  const between = intervals.map((seconds) => seconds.toFixed(2)).join(', ');
  const texts = Object.entries(others).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return `${kind}: seconds from one result to the next ${between}; ${texts.join(', ')}\n`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.floor(sorted.length / 2)]!];
  return (low + high) / 2;
}

const [images = '4', rounds = '2', megapixels = '12', ...options] = process.argv.slice(2);
const count = Number(images);
if (!(count >= MIN_IMAGES)) throw new RangeError(`${images} images are too few; use ${MIN_IMAGES} or more.`);
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-heic-'));
const intervals: Record<Kind, number[]> = { jpg: [], heic: [] };
const processor: Record<Kind, number> = { jpg: 0, heic: 0 };
try {
  await makePhotos(folder, Number(megapixels), count);
  for (let round = 0; round < Number(rounds); round++) {
    for (const kind of round % 2 === 0 ? KINDS : KINDS.toReversed()) {
      const measured = await measure(folder, kind, options);
      intervals[kind].push(...measured.intervals);
      processor[kind] += measured.processorSeconds;
      process.stdout.write(lineOf(kind, measured));
    }
  }
  const rate = Math.round((100 * median(intervals.jpg)) / median(intervals.heic));
  const time = Math.round((100 * processor.heic) / processor.jpg);
  process.stdout.write(`HEIC reaches ${rate}% of the rate of JPEG, with ${time}% of its processor time.\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
