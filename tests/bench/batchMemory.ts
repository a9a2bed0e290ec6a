/**
 * @file Measures the memory of the whole process tree while a large JPEG is enlarged four times, and compares places of
 * the result with the same places enlarged on their own, without tiles. Linux only.
 *
 * Usage: node dist/tests/bench/batchMemory.js MEGAPIXELS [jpg|tif] [PLACES]
 */
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const ROOT = new URL('../../../', import.meta.url);
const SOURCE = fileURLToPath(new URL('examples/flowers.jpg', ROOT));
const PROGRAM = fileURLToPath(new URL('dist/cli/main.js', ROOT));
const MODEL = 'fast-x4';
const SCALE = 4;
const SAMPLE_MS = 200;
/** To look for new processes costs more than a sample. */
const SAMPLES_PER_SEARCH = 10;
const PLACE_PX = 48;
/** More than the network sees. */
const CONTEXT_PX = 64;

interface Peak {
  /** Shared pages count once. */
  proportionalMb: number;
  /** Shared pages count for every process. */
  residentMb: number;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // it has ended
  }
}

/** A process and all below it. */
function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = /^PPid:\s+(\d+)/m.exec(readText(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isBelow(parents.get(pid)));
  return [...parents.keys()].filter((pid) => isBelow(pid));
}

function sumOf(pids: readonly number[], file: string, line: RegExp): number {
  const kilobytes = pids.map((pid) => Number(line.exec(readText(`/proc/${pid}/${file}`))?.[1] ?? 0));
  return Math.round(kilobytes.reduce((sum, value) => sum + value, 0) / 1024);
}

async function runWithPeak(args: readonly string[]): Promise<Peak> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const peak: Peak = { proportionalMb: 0, residentMb: 0 };
  let pids: readonly number[] = [];
  let samples = 0;
  const timer = setInterval(() => {
    if (samples++ % SAMPLES_PER_SEARCH === 0) pids = treeOf(child.pid ?? 0);
    peak.proportionalMb = Math.max(peak.proportionalMb, sumOf(pids, 'smaps_rollup', /^Pss:\s+(\d+)/m));
    peak.residentMb = Math.max(peak.residentMb, sumOf(pids, 'status', /^VmRSS:\s+(\d+)/m));
  }, SAMPLE_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`The program ended with exit code ${String(code)}.`);
  return peak;
}

/** Largest difference, in steps of 8 bit, between a place of the result and the same place enlarged by itself. */
async function differenceAt(
  [input, output]: readonly [string, string],
  [x, y]: readonly [number, number],
  folder: string,
): Promise<number> {
  const [part, enlarged] = [path.join(folder, 'part.png'), path.join(folder, 'part-large.png')];
  const limits = { limitInputPixels: false };
  await sharp(input, limits)
    .extract({
      left: x - CONTEXT_PX,
      top: y - CONTEXT_PX,
      width: PLACE_PX + 2 * CONTEXT_PX,
      height: PLACE_PX + 2 * CONTEXT_PX,
    })
    .png()
    .toFile(part);
  const args = ['-i', part, '-o', enlarged, '-n', MODEL, '-s', String(SCALE), '--exists', 'overwrite'];
  execFileSync(process.execPath, [PROGRAM, ...args, '--no-measure', '--data', path.join(folder, 'data')], {
    stdio: 'ignore',
  });
  const side = PLACE_PX * SCALE;
  const pixels = (file: string, left: number, top: number): Promise<Buffer> =>
    sharp(file, limits).extract({ left, top, width: side, height: side }).removeAlpha().raw().toBuffer();
  const [whole, alone] = await Promise.all([
    pixels(output, x * SCALE, y * SCALE),
    pixels(enlarged, CONTEXT_PX * SCALE, CONTEXT_PX * SCALE),
  ]);
  return whole.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (alone[i] ?? 0))), 0);
}

const [megapixels = '12', format = 'jpg', places = '0'] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-memory-'));
try {
  const width = Math.round(Math.sqrt((Number(megapixels) * 1e6 * 4) / 3));
  const height = Math.round((width * 3) / 4);
  const input = path.join(folder, 'input.jpg');
  const output = path.join(folder, `output.${format}`);
  await sharp(SOURCE).resize(width, height, { fit: 'fill' }).jpeg({ quality: 92 }).toFile(input);
  const startedAt = performance.now();
  const options = ['-n', MODEL, '-s', String(SCALE), '--data', path.join(folder, 'data')];
  const peak = await runWithPeak(['run', '-i', input, '-o', output, ...options]);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(
    `${width} × ${height} px → ${format}, ${Math.round(statSync(output).size / 1e6)} MB in ${seconds} s: ` +
      `peak ${peak.proportionalMb} MB, with shared pages counted for each process ${peak.residentMb} MB\n`,
  );
  for (let place = 1; place <= Number(places); place++) {
    const at = (length: number, step: number): number =>
      CONTEXT_PX + Math.floor(((place * step) % 1) * (length - PLACE_PX - 2 * CONTEXT_PX));
    const [x, y] = [at(width, 0.618034), at(height, 0.754878)];
    const difference = await differenceAt([input, output], [x, y], folder);
    process.stdout.write(
      `at ${x}, ${y}: differs by at most ${difference} of 255 from the place enlarged alone\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
