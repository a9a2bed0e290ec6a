import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { batchEventSchema } from '../../core/api/events.ts';
import { PROGRAM_ENTRY } from '../program.ts';

export interface StartUp {
  /** From the start of the process to the start of the first image. */
  readonly firstImageMs: number;
  /** From the start of the process to the end of the first tile. */
  readonly firstTileMs: number;
}

/** Starts the program once on one image and waits for its end. */
async function startOnce(image: string, output: string, signal: AbortSignal): Promise<StartUp> {
  const startedAt = performance.now();
  // A separate job list, so that the user's is not touched and cannot be in use.
  const args = ['run', '-i', image, '-o', output, '--data', `${output}.data`, '--json'];
  const child = spawn(process.execPath, [PROGRAM_ENTRY, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  let firstImageMs: number | undefined;
  let firstTileMs: number | undefined;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      reject(signal.reason instanceof Error ? signal.reason : error);
    });
    child.once('close', resolve);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = batchEventSchema.parse(JSON.parse(line));
    const elapsedMs = performance.now() - startedAt;
    if (event.type === 'job-started') firstImageMs ??= elapsedMs;
    if (event.type === 'job-progress' && event.tilesDone > 0) firstTileMs ??= elapsedMs;
  });
  const code = await ended;
  if (code !== 0 || firstImageMs === undefined || firstTileMs === undefined) {
    throw new TypeError(`The program ended with exit code ${code} while its start was measured.`);
  }
  return { firstImageMs, firstTileMs };
}

export interface StartUpOptions {
  readonly folder: string;
  /** Maximum number of runs; the first is always completed. */
  readonly runs: number;
  /** The time after which no further run begins, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Measures the time from starting the program to its first image and tile, each time in a new process.
 *
 * @returns The shortest of all runs.
 */
export async function measureStartUp(image: string, options: StartUpOptions): Promise<StartUp> {
  const all: StartUp[] = [];
  for (let run = 0; run < options.runs; run++) {
    if (run > 0 && performance.now() > options.deadlineMs) break;
    const output = path.join(options.folder, `start-${run}`);
    all.push(await startOnce(image, output, options.signal));
  }
  return {
    firstImageMs: Math.min(...all.map(({ firstImageMs }) => firstImageMs)),
    firstTileMs: Math.min(...all.map(({ firstTileMs }) => firstTileMs)),
  };
}
