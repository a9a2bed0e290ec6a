/**
 * @file Measures how close `enlarger plan` comes: learns on a part of a folder's images, plans the others, enlarges them,
 * and compares time and bytes.
 *
 * Usage: node dist/tests/bench/planAccuracy.js FOLDER [OPTIONS OF run, such as -s 4 -n fast]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { batchEventSchema } from '../../core/api/events.ts';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** Every third image is enlarged beforehand. */
const LEARNED = 3;

const planSchema = z.object({ elapsedMs: z.number().optional(), sizeBytes: z.number() });

function enlarger(args: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return execFileSync(process.execPath, [PROGRAM, ...args], {
    stdio: [...stdio],
    maxBuffer: 2 ** 28,
  }).toString();
}

function elapsedMsOf(events: string): number {
  const last = batchEventSchema.parse(JSON.parse(events.trim().split('\n').at(-1) ?? ''));
  if (last.type !== 'batch-finished') throw new Error('The batch did not finish.');
  return last.elapsedMs;
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}

function line(what: string, planned: number, real: number, unit: string): string {
  const off = Math.round((100 * (planned - real)) / real);
  return `${what}: planned ${planned.toFixed(1)} ${unit}, really ${real.toFixed(1)} ${unit} (${off > 0 ? '+' : ''}${off}%)\n`;
}

const [images, ...options] = process.argv.slice(2);
if (images === undefined) throw new Error('Name a folder of images.');
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-plan-'));
try {
  const data = ['--data', path.join(folder, 'data')];
  const files = readdirSync(images).map((name) => path.join(images, name));
  const [first, rest] = [0, 1].map((part) =>
    files.filter((_, index) => (index % LEARNED === 0 ? 0 : 1) === part),
  );
  const results = path.join(folder, 'results');
  const ask = (inputs: readonly string[] = [], output: string): string[] => [
    ...['-i', ...inputs, '-o', output],
    ...options,
    ...data,
  ];
  enlarger(['run', ...ask(first, path.join(folder, 'first')), '--json']);
  const plan = planSchema.parse(JSON.parse(enlarger(['plan', ...ask(rest, results), '--json'])));
  const elapsedMs = elapsedMsOf(enlarger(['run', ...ask(rest, results), '--json']));
  process.stdout.write(line('time', (plan.elapsedMs ?? Number.NaN) / 1000, elapsedMs / 1000, 's'));
  process.stdout.write(line('disk', plan.sizeBytes / 1e6, bytesIn(results) / 1e6, 'MB'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
