import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { batchEventSchema, type BatchEvent, type BatchTotals } from '../../../../core/api/events.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../../core/api/jobSettings.ts';
import type { BatchSpec } from '../../../../core/api/batchSpec.ts';
import { batchRequest } from '../../../support/batchRequest.ts';
import { runBatch } from '../../../../core/host/batches/runBatch.ts';
import { LocalPool } from '../../../../core/pool/localPool.ts';
import type { Store } from '../../../../core/store/store.ts';
import { inMemoryLauncher, type Perform } from '../../../support/launchers.ts';

/** The first bytes of each format: enough to be planned as one. */
export const HEADS: Readonly<Record<string, Buffer>> = {
  png: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  jpg: Buffer.from('\xff\xd8\xff\xe0', 'latin1'),
  webp: Buffer.concat([Buffer.from('RIFF'), Buffer.from([4, 0, 0, 0]), Buffer.from('WEBP')]),
};

const TAILS: Readonly<Record<string, Buffer>> = {
  png: Buffer.from('IEND\xaeB`\x82', 'latin1'),
  jpg: Buffer.from([0xff, 0xd9]),
};

/** A file that counts as an image until it is decoded, different from all others. */
export function imageAt(file: string, content: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  const format = path.extname(file).slice(1).toLowerCase();
  const kind = format === 'jpeg' ? 'jpg' : format in HEADS ? format : 'png';
  writeFileSync(file, Buffer.concat([HEADS[kind]!, Buffer.from(content), TAILS[kind] ?? Buffer.alloc(0)]));
  return file;
}

export function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Creates a result that contains the hash of its source, with its source's times, as the worker does. */
const perform: Perform = (job) => {
  const sourceHash = hashOf(job.inputPath);
  imageAt(job.tempPath, '');
  const kind = job.outputFormat === 'jpeg' ? 'jpg' : job.outputFormat;
  writeFileSync(
    job.tempPath,
    Buffer.concat([HEADS[kind]!, Buffer.from(`of ${sourceHash} `), TAILS[kind] ?? Buffer.alloc(0)]),
  );
  const { atime, mtime, size } = statSync(job.inputPath);
  utimesSync(job.tempPath, atime, mtime);
  const image = { width: 4, height: 4 };
  return Promise.resolve({
    kind: 'enhanced' as const,
    input: { ...image, format: 'png' as const, sizeBytes: size, sha256: sourceHash },
    output: {
      ...image,
      format: job.outputFormat,
      sizeBytes: statSync(job.tempPath).size,
      sha256: hashOf(job.tempPath),
    },
    models: ['nearest'],
    device: 'interpolation:cpu',
    passes: [],
    tiling: { tilePx: 0, contextPx: 0 },
    tiles: 0,
    repairedTiles: 0,
    warnings: [],
    times: { decodeMs: 0, inferenceMs: 0, encodeMs: 0 },
  });
};

interface Run {
  readonly totals: BatchTotals;
  readonly endings: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

export async function run(
  store: Store,
  inputs: readonly string[],
  output: string,
  change: Partial<BatchSpec> = {},
): Promise<Run> {
  const endings = new Map<string, string>();
  const outputs = new Map<string, string>();
  const pool = new LocalPool({ launch: inMemoryLauncher(perform), workers: 1, silenceMs: 60_000 });
  const onEvent = (raw: BatchEvent): void => {
    const event = batchEventSchema.parse(raw);
    if (event.type === 'job-done') outputs.set(event.input, event.output);
    if (event.type === 'job-done') endings.set(event.input, 'done');
    if (event.type === 'job-skipped') endings.set(event.input, event.reason);
    if (event.type === 'job-failed') endings.set(event.input, event.error.code);
  };
  try {
    const totals = await runBatch(
      batchRequest(inputs, output, {
        settings: {
          ...DEFAULT_JOB_SETTINGS,
          model: 'nearest',
          sizing: { kind: 'factor', factor: 2 },
          format: 'png',
        },
        ...change,
      }),
      { pool, store, program: 'test', signal: new AbortController().signal, onEvent },
    );
    expect(totals.done + totals.skipped + totals.failed + totals.cancelled).toBe(totals.inputs);
    expect(endings.size).toBe(totals.inputs);
    return { totals, endings, outputs };
  } finally {
    await pool.close();
  }
}

/** The source hashes in the results below a folder. */
export function madeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .flatMap((file) => /of ([0-9a-f]{64}) /.exec(readFileSync(file, 'latin1'))?.[1] ?? [])
    .sort();
}
