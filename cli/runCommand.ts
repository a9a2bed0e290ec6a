import path from 'node:path';
import type { BatchEvent, BatchTotals } from '../core/api/events.ts';
import { runBatch } from '../core/host/runBatch.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import { WORKER_SILENCE_MS, WorkerPool } from '../core/pool/workerPool.ts';
import { openDeviceRegister } from './deviceRegister.ts';
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

/** What the exit code depends on, beyond the totals. */
class Outcome {
  readonly #failureCodes: string[] = [];
  #pictures = 0;

  see(event: BatchEvent): void {
    if (event.type === 'job-failed') this.#failureCodes.push(event.error.code);
    const isEnd =
      event.type.startsWith('job-') && event.type !== 'job-started' && event.type !== 'job-progress';
    if (isEnd && !(event.type === 'job-skipped' && event.reason === 'not-a-picture')) this.#pictures++;
  }

  /** @param isInterrupted Whether somebody cancelled; `--fail-fast` cancels, too, but is a failure. */
  exitCode(totals: BatchTotals, isInterrupted: boolean): number {
    if (totals.cancelled > 0 && isInterrupted) return EXIT.cancelled;
    if (totals.failed > 0) {
      const noDevice = totals.done === 0 && this.#failureCodes.every((code) => code === 'engine/unavailable');
      return noDevice ? EXIT.noDevice : EXIT.someFailed;
    }
    return this.#pictures === 0 ? EXIT.nothingToDo : EXIT.done;
  }
}

/** A reader that goes away (`| head`) wants no more: that cancels, so that nothing unfinished is left. */
function onLostReader(cancel: () => void): () => void {
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', cancel);
  return () => {
    for (const stream of streams) stream.off('error', cancel);
  };
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
  const outcome = new Outcome();
  const stopWatching = onLostReader(() => {
    cancel.abort();
  });
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
      devices: openDeviceRegister(),
      signal: cancel.signal,
      program: `enlarger ${programVersion()}`,
      onEvent: (event) => {
        outcome.see(event);
        reporter.tell(event);
      },
    });
    return outcome.exitCode(totals, cancel.signal.aborted);
  } finally {
    stopListening();
    stopWatching();
    reporter.close();
    pool.close();
  }
}
