import path from 'node:path';
import { defined } from '../core/api/defined.ts';
import type { Hindrance, QueueView } from '../core/api/views.ts';
import type { SkipReason } from '../core/api/report.ts';
import type { RunningProgram } from '../core/host/startProgram.ts';
import type { StoredJob } from '../core/store/storedJob.ts';
import type { WaitingFile } from '../core/watch/settling.ts';
import { forTerminal } from './text.ts';

/** Prints an event as a line of JSON, or as text for people. */
function print(isJson: boolean, values: object, words: string): void {
  if (isJson) process.stdout.write(`${JSON.stringify(values)}\n`);
  else process.stderr.write(`${forTerminal(words)}\n`);
}

/** A job's end in one line; undefined for a job that continues. */
function describe({ source, state }: StoredJob): string | undefined {
  switch (state.kind) {
    case 'done':
      return `done     ${source} → ${state.outputPath}`;
    case 'failed':
      return `failed   ${source}: ${state.error.message} [${state.error.code}]`;
    case 'skipped':
      return `skipped  ${source} (${skipReason(state.reason)}${state.outputPath === undefined ? '' : `: ${state.outputPath}`})`;
    case 'cancelled':
      return `stopped  ${source}`;
    default:
      return undefined;
  }
}

function skipReason(reason: SkipReason): string {
  return reason === 'output-exists' ? 'its result already exists' : reason;
}

/** Reports the outcome of every file, once for each time that its outcome changes. */
export function reportOutcomes(
  program: Pick<RunningProgram, 'onWatchOutcome'>,
  isJson: boolean,
): { readonly failed: () => number; readonly stop: () => void } {
  const outcomes = new Map<number, string>();
  const failed = new Set<number>();
  const stop = program.onWatchOutcome((outcome) => {
    if (outcome.kind === 'skipped') {
      const { folder, name, error } = outcome;
      const words = `passed   ${path.join(folder, name)}: ${error.message}`;
      print(isJson, { type: 'passed-over', folder, name, error }, words);
      return;
    }
    const { job } = outcome;
    const words = describe(job);
    if (words === undefined || outcomes.get(job.id) === words) return;
    outcomes.set(job.id, words);
    if (job.state.kind === 'failed') failed.add(job.id);
    else failed.delete(job.id);
    const values = { type: 'watched-job-ended', input: job.source, ...job.state, state: job.state.kind };
    print(isJson, values, words);
  });
  return { failed: () => failed.size, stop };
}

/** Reports files that are still being written, with the reason why they count as incomplete. */
export function reportWaiting(files: readonly WaitingFile[], isJson: boolean): void {
  for (const { snapshot, error } of files) {
    const reason = error?.message ?? 'It changed a moment ago.';
    const values = { type: 'not-complete', input: snapshot.path, ...defined({ error }) };
    print(
      isJson,
      values,
      `waiting  ${snapshot.path} is not complete yet and is left for the next time. ${reason}`,
    );
  }
}

function describeHindrance({ kind, folder }: Hindrance): string {
  return kind === 'disk-full'
    ? `The disk of ${folder} has too little free space.`
    : `The volume of ${folder} is not mounted, or another is mounted over it.`;
}

/** Reports each time that images have to wait for a disk, while others may continue. */
export function reportHindrances(
  { host }: Pick<RunningProgram, 'host'>,
  { isJson, isOnce }: { readonly isJson: boolean; readonly isOnce: boolean },
): { readonly see: (queue: QueueView) => void; readonly stop: () => void } {
  let current = new Set<string>();
  const see = ({ hindrances = [] }: QueueView): void => {
    for (const hindrance of hindrances) {
      const words = describeHindrance(hindrance);
      if (current.has(words)) continue;
      const next = isOnce
        ? 'The images are left for the next time.'
        : 'Work continues once that has changed.';
      print(isJson, { type: 'queue-waits', ...hindrance }, `waiting  ${words} ${next}`);
    }
    current = new Set(hindrances.map(describeHindrance));
  };
  const stop = host.subscribe((event) => {
    if (event.type === 'queue-changed') see(event.queue);
  });
  return { see, stop };
}
