/**
 * @file Measures a model by the literature's protocol through the whole program: cuts each image of a folder to a
 * multiple of the scale, reduces it (`-n bicubic`), enlarges it again, and compares (`metrics --protocol sr`).
 *
 * Usage: node dist/tests/bench/measurePsnr.js FOLDER SCALE [MODEL]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

function enlarger(args: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'inherit', 'ignore'],
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`enlarger ${args.join(' ')} ended with ${status}`);
}

async function cutToMultiple(source: string, target: string, scale: number): Promise<void> {
  const { width, height } = await sharp(source).metadata();
  const size = { width: width - (width % scale), height: height - (height % scale) };
  await sharp(source)
    .extract({ left: 0, top: 0, ...size })
    .removeAlpha()
    .toColourspace('srgb')
    .png()
    .toFile(target);
}

const [folder, scaleText, model = 'fast'] = process.argv.slice(2);
const scale = Number(scaleText);
if (folder === undefined || !(scale >= 2)) throw new Error('Usage: measurePsnr FOLDER SCALE [MODEL]');
const work = mkdtempSync(path.join(os.tmpdir(), 'enlarger-psnr-'));
try {
  const [large, small, again] = ['large', 'small', 'again'].map((name) => path.join(work, name));
  if (large === undefined || small === undefined || again === undefined) throw new Error('unreachable');
  mkdirSync(large);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.png'))) {
    await cutToMultiple(path.join(folder, name), path.join(large, name), scale);
  }
  const sameName = ['--name', '{name}.{ext}'];
  // With a separate list of jobs: known results of the program would not be enlarged again.
  const ownList = { ENLARGER_DATA: path.join(work, 'data') };
  enlarger(['-i', large, '-o', small, '-s', String(1 / scale), '-n', 'bicubic', ...sameName], ownList);
  enlarger(['-i', small, '-o', again, '-s', String(scale), '-n', model, ...sameName]);
  enlarger(['metrics', large, again, '--protocol', 'sr', '--scale', String(scale)]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
