import { rm } from 'node:fs/promises';
import { toErrorDto, type ErrorDto } from '../api/errors.ts';
import type { EnlargeResult } from '../pool/messages.ts';
import { adoptResult } from './adoptResult.ts';
import { sweepAttempt, type AttemptFiles } from './attemptFiles.ts';
import type { WorkReport } from './messages.ts';
import type { Task } from './task.ts';

/** What an accepted report means for its task. */
export type Settled =
  | { readonly kind: 'finished'; readonly result: EnlargeResult }
  | { readonly kind: 'failed'; readonly error: ErrorDto }
  /** It was not done there: another machine has to do it, or only this one. */
  | {
      readonly kind: 'elsewhere';
      readonly reason: string;
      readonly lacksModel: boolean;
      readonly isLocalOnly: boolean;
    };

/** Failures caused by the image: they would be the same everywhere. */
function isFinal({ code }: ErrorDto): boolean {
  return /^(image|size)\//.test(code);
}

function elsewhere(reason: string, { lacksModel = false, isLocalOnly = false } = {}): Settled {
  return { kind: 'elsewhere', reason, lacksModel, isLocalOnly };
}

/** Acts on a report whose attempt counts: the file becomes that of the job, or is deleted. Never throws. */
export async function settleReport(
  { task, files }: { readonly task: Task; readonly files: AttemptFiles },
  { machine, outcome }: WorkReport,
): Promise<Settled> {
  const { job, callbacks } = task;
  if (outcome.kind === 'finished') {
    const { result } = outcome;
    if (result.kind === 'large-enough') return { kind: 'finished', result };
    try {
      await adoptResult(files, job, result);
      // The file was written after the clean-up that followed the cancellation.
      if (callbacks.signal.aborted) await rm(job.tempPath, { force: true });
      const { name, version } = machine;
      return { kind: 'finished', result: { ...result, machine: { name, version } } };
    } catch (error) {
      await sweepAttempt(files);
      return elsewhere(toErrorDto(error).message);
    }
  }
  await sweepAttempt(files);
  if (outcome.kind === 'refused') {
    const { reason, message } = outcome;
    return elsewhere(message, { lacksModel: reason === 'model', isLocalOnly: reason === 'invalid' });
  }
  const { details, ...error } = outcome.error;
  if (isFinal(error)) return { kind: 'failed', error: { ...error, ...(details && { details }) } };
  return elsewhere(error.message, { isLocalOnly: true });
}
