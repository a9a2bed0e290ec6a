import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { batchEventSchema, type BatchEvent, type BatchTotals } from '../../../../core/api/events.ts';
import type { BatchRequest } from '../../../../core/host/batches/batchRequest.ts';
import { runBatch } from '../../../../core/host/batches/runBatch.ts';
import { LocalPool } from '../../../../core/pool/localPool.ts';
import { inMemoryLauncher, type Perform } from '../../../support/launchers.ts';
import { sceneRaster, writePng } from '../../../support/images.ts';

interface Batch {
  readonly totals: BatchTotals;
  readonly events: readonly BatchEvent[];
  /** Each input's last event: `done`, `skipped: output-exists`, `failed: image/corrupt`, … */
  readonly endings: Readonly<Record<string, string>>;
}

interface BatchOptions {
  readonly workers?: number;
  readonly perform?: Perform;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BatchEvent) => void;
}

function endingOf(event: BatchEvent): string | undefined {
  switch (event.type) {
    case 'job-done':
      return 'done';
    case 'job-skipped':
      return `skipped: ${event.reason}`;
    case 'job-failed':
      return `failed: ${event.error.code}`;
    case 'job-cancelled':
      return 'cancelled';
    case 'job-planned':
      return 'planned';
    default:
      return undefined;
  }
}

export async function run(request: BatchRequest, options: BatchOptions = {}): Promise<Batch> {
  const events: BatchEvent[] = [];
  const endings: Record<string, string> = {};
  const pool = new LocalPool({
    launch: inMemoryLauncher(options.perform),
    workers: options.workers ?? 1,
    silenceMs: 60_000,
  });
  try {
    const totals = await runBatch(request, {
      pool,
      program: 'test',
      signal: options.signal ?? new AbortController().signal,
      onEvent: (event) => {
        events.push(batchEventSchema.parse(event));
        const ending = endingOf(event);
        if (ending !== undefined && 'input' in event) {
          expect(endings[event.input]).toBeUndefined();
          endings[event.input] = ending;
        }
        options.onEvent?.(event);
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'batch-finished', totals });
    const { inputs, done, skipped, failed, cancelled, planned } = totals;
    expect(done + skipped + failed + cancelled + planned).toBe(inputs);
    expect(Object.keys(endings)).toHaveLength(inputs);
    return { totals, events, endings };
  } finally {
    await pool.close();
  }
}

/** Every file below a folder with its checksum, times and number. */
export function stateOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(folder, name);
      const stats = lstatSync(file);
      const content = stats.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : '';
      return [name, `${stats.ino} ${stats.mtimeMs} ${stats.mode} ${content}`];
    }),
  );
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => lstatSync(path.join(folder, name)).isFile())
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}

export function imageIn(folder: string, name: string, side = 6): string {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  return writePng(path.join(folder, name), sceneRaster(side, side));
}
