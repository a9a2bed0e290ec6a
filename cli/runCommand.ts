import path from 'node:path';
import type { BatchEvent, BatchTotals } from '../core/api/events.ts';
import { runBatch } from '../core/host/runBatch.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import { WORKER_SILENCE_MS, WorkerPool } from '../core/pool/workerPool.ts';
import { onInterrupt } from './interrupts.ts';
import { EXIT, programVersion } from './program.ts';
import { barReporter, jsonReporter, lineReporter, type Reporter } from './reporters.ts';
import { parseRunOptions, type RunOptions } from './runOptions.ts';

function makeReporter({ json, verbose, request }: RunOptions): Reporter {
  if (json) return jsonReporter((line) => void process.stdout.write(line));
  const write = (text: string): void => void process.stderr.write(text);
  const options = { verbose, place: path.resolve(request.output), write };
  return process.stderr.isTTY ? barReporter(options, process.stderr) : lineReporter(options);
}

function exitCodeFor(totals: BatchTotals, failures: readonly BatchEvent[]): number {
  if (totals.cancelled > 0) return EXIT.cancelled;
  const noDevice =
    failures.length > 0 &&
    failures.every((event) => event.type === 'job-failed' && event.error.code === 'engine/unavailable');
  if (noDevice && totals.done === 0) return EXIT.noDevice;
  if (totals.failed > 0) return EXIT.someFailed;
  return totals.inputs === 0 ? EXIT.nothingToDo : EXIT.done;
}

/**
 * `enlarger run`: enlarges pictures.
 *
 * @returns The exit code.
 * @throws EnhancerError `usage/…`.
 */
export async function runCommand(rawOptions: unknown): Promise<number> {
  const options = parseRunOptions(rawOptions);
  const { request } = options;
  const pool = new WorkerPool({ launch: forkWorker, workers: request.workers, silenceMs: WORKER_SILENCE_MS });
  const cancel = new AbortController();
  const reporter = makeReporter(options);
  const failures: BatchEvent[] = [];
  const stopListening = onInterrupt(
    () => {
      cancel.abort();
    },
    () => {
      pool.close();
    },
  );
  try {
    if (!request.dryRun) pool.warmUp();
    const totals = await runBatch(request, {
      pool,
      signal: cancel.signal,
      program: `enlarger ${programVersion()}`,
      onEvent: (event) => {
        if (event.type === 'job-failed') failures.push(event);
        reporter.tell(event);
      },
    });
    return exitCodeFor(totals, failures);
  } finally {
    stopListening();
    reporter.close();
    pool.close();
  }
}
