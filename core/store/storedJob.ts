import { z } from 'zod';
import type { Size } from '../api/image.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../api/outputFormats.ts';
import { ERROR_CODES, type ErrorDto } from '../api/errors.ts';
import { SKIP_REASONS, VERDICTS } from '../api/report.ts';

const size = z.object({ width: z.number(), height: z.number() });

/** The details of each end; kept as JSON next to the state. */
const doneDetailSchema = z.object({
  outputPath: z.string(),
  outputSize: size,
  outputBytes: z.number(),
  elapsedMs: z.number(),
  device: z.string(),
  machine: z.string().exactOptional(),
  repairedTiles: z.number(),
  warnings: z.array(z.string()),
  verdict: z.enum(VERDICTS).exactOptional(),
});
const skippedDetailSchema = z.object({
  reason: z.enum(SKIP_REASONS),
  outputPath: z.string().exactOptional(),
});
/** An error as it is stored. */
export const storedErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).exactOptional(),
});
const failedDetailSchema = z.object({ error: storedErrorSchema });

/** An error without details that could not be read back. */
export function storableError(error: ErrorDto): ErrorDto {
  if (storedErrorSchema.safeParse(JSON.parse(JSON.stringify(error))).success) return error;
  return { code: error.code, message: error.message };
}

export type DoneDetail = Readonly<z.infer<typeof doneDetailSchema>>;
export type SkippedDetail = Readonly<z.infer<typeof skippedDetailSchema>>;
export type FailedDetail = Readonly<z.infer<typeof failedDetailSchema>>;

/**
 * A job's state in the store. `publishing`: the result is finished under a temporary name and is about to
 * get its own; after a crash, what is on the disk decides. Everywhere else it still counts as `running`.
 */
export type StoredState =
  | { readonly kind: 'queued' }
  | { readonly kind: 'running' }
  | { readonly kind: 'publishing' }
  | ({ readonly kind: 'done' } & DoneDetail)
  | ({ readonly kind: 'skipped' } & SkippedDetail)
  | ({ readonly kind: 'failed' } & FailedDetail)
  | { readonly kind: 'cancelled' };

export const STORED_STATE_KINDS = [
  'queued',
  'running',
  'publishing',
  'done',
  'skipped',
  'failed',
  'cancelled',
] as const;
export type StoredStateKind = (typeof STORED_STATE_KINDS)[number];

export interface StoredJob {
  readonly id: number;
  readonly batchId: number;
  /** From 0, in the order of the batch's inputs. The job itself is known by its `id`. */
  readonly numberInBatch: number;
  /** As it was given or found. */
  readonly input: string;
  /** The same as an absolute path. */
  readonly source: string;
  readonly name: string;
  /** Absent if the input led to no image. */
  readonly target?: string;
  readonly format?: OutputFormat;
  readonly state: StoredState;
  readonly attempts: number;
  readonly inputSize?: Size;
  readonly targetSize?: Size;
  readonly addedAt: number;
}

/**
 * The details of a state, as JSON for its column.
 *
 * @throws ZodError for a state that could not be read back: a bug of ours.
 */
export function detailOf(state: StoredState): string | null {
  const { kind, ...detail } =
    state.kind === 'failed' ? { ...state, error: storableError(state.error) } : state;
  const text = Object.keys(detail).length > 0 ? JSON.stringify(detail) : null;
  stateOf(kind, text);
  return text;
}

function stateOf(kind: StoredStateKind, detail: string | null): StoredState {
  const content: unknown = detail === null ? {} : JSON.parse(detail);
  switch (kind) {
    case 'done':
      return { kind, ...doneDetailSchema.parse(content) };
    case 'skipped':
      return { kind, ...skippedDetailSchema.parse(content) };
    case 'failed':
      return { kind, ...failedDetailSchema.parse(content) };
    default:
      return { kind };
  }
}

function sizeOf(width: number | null, height: number | null): Size | undefined {
  return width === null || height === null ? undefined : { width, height };
}

export const JOB_COLUMNS =
  'id, batch_id, number, input, source, name, target, format, state, detail, attempts, ' +
  'input_width, input_height, target_width, target_height, added_at';

const nullableNumber = z.number().nullable();

/** A row of {@link JOB_COLUMNS}. */
export const jobRowSchema = z
  .object({
    id: z.number(),
    batch_id: z.number(),
    number: z.number(),
    input: z.string(),
    source: z.string(),
    name: z.string(),
    target: z.string().nullable(),
    format: z.enum(OUTPUT_FORMATS).nullable(),
    state: z.enum(STORED_STATE_KINDS),
    detail: z.string().nullable(),
    attempts: z.number(),
    input_width: nullableNumber,
    input_height: nullableNumber,
    target_width: nullableNumber,
    target_height: nullableNumber,
    added_at: z.number(),
  })
  .transform((row): StoredJob => {
    const inputSize = sizeOf(row.input_width, row.input_height);
    const targetSize = sizeOf(row.target_width, row.target_height);
    const { id, number: numberInBatch, input, source, name, attempts } = row;
    return {
      ...{ id, numberInBatch, input, source, name, attempts },
      batchId: row.batch_id,
      ...(row.target !== null && { target: row.target }),
      ...(row.format !== null && { format: row.format }),
      state: stateOf(row.state, row.detail),
      ...(inputSize && { inputSize }),
      ...(targetSize && { targetSize }),
      addedAt: row.added_at,
    };
  });
