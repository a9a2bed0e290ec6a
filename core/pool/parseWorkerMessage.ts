import { z } from 'zod';
import { ERROR_CODES } from '../api/errors.ts';
import { JOB_STAGES, LOG_LEVELS, type EnlargeResult, type FromWorker } from './messages.ts';

/** A longer text is not one of our messages, but corrupted memory. */
const MAX_TEXT_LENGTH = 100_000;

const count = z.int().min(0);
const text = z.string().max(MAX_TEXT_LENGTH);
const value = z.union([text, z.number(), z.boolean()]);

/** Only fields on which decisions depend are checked: the contents of a result have to be trusted in any case. */
const result = z.custom<EnlargeResult>(
  (candidate) => z.looseObject({ kind: z.enum(['enhanced', 'large-enough']) }).safeParse(candidate).success,
);

const error = z
  .object({
    code: z.enum(ERROR_CODES),
    message: text,
    details: z.record(z.string(), z.union([value, z.null()])).default({}),
  })
  .readonly();

const workerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('warmed') }),
  z.object({ type: z.literal('alive'), residentBytes: count }),
  z.object({
    type: z.literal('stage'),
    attemptId: count,
    stage: z.enum(JOB_STAGES),
    megapixels: z.number().min(0).optional(),
  }),
  z.object({ type: z.literal('progress'), attemptId: count, tilesDone: count, tilesTotal: count }),
  z.object({ type: z.literal('finished'), attemptId: count, result }),
  z.object({
    type: z.literal('failed'),
    attemptId: count,
    error,
  }),
  z.object({
    type: z.literal('log'),
    level: z.enum(LOG_LEVELS),
    text,
    values: z.record(z.string(), value),
  }),
]);

/** @returns Undefined for what our workers never send: the process cannot be trusted any more. */
export function parseWorkerMessage(message: unknown): FromWorker | undefined {
  const parsed = workerMessageSchema.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
