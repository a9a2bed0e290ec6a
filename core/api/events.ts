import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { chosenModelSchema } from './models/chosenModel.ts';
import { qualityReportSchema, SKIP_REASONS } from './report.ts';

/**
 * The events of a running batch; with `--json`, one JSON object per line. The version increases when a field changes
 * its meaning or disappears; new fields may be added at any time. Documented in docs/events.md.
 */
export const EVENTS_SCHEMA = 'enlarger.events/1';

const count = z.int().min(0);
const size = { width: z.int().positive(), height: z.int().positive() };
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const errorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

const imageSchema = z.object({
  ...size,
  format: z.string(),
  sizeBytes: count,
  sha256: hash,
});

const totalsSchema = z.object({
  /** The sum of the counts below; in a dry run inputs are `planned` instead of `done`. */
  inputs: count,
  done: count,
  skipped: count,
  failed: count,
  cancelled: count,
  planned: count,
});

export const batchEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('batch-started'),
    schema: z.literal(EVENTS_SCHEMA),
    program: z.string(),
    inputs: count,
  }),
  z.object({ type: z.literal('job-started'), job: count, input: z.string(), output: z.string() }),
  z.object({ type: z.literal('job-progress'), job: count, tilesDone: count, tilesTotal: count }),
  z.object({
    type: z.literal('job-done'),
    job: count,
    input: z.string(),
    output: z.string(),
    inputImage: imageSchema,
    outputImage: imageSchema,
    models: z.array(z.string()),
    /** How the model was chosen; absent if the settings name one. */
    choice: chosenModelSchema.optional(),
    device: z.string(),
    tiles: count,
    repairedTiles: count,
    /** Share of the image, 0…1, that was copied from equal parts of it instead of being run; absent if none was. */
    reusedShare: z.number().optional(),
    warnings: z.array(z.string()),
    times: z.object({
      decodeMs: z.number(),
      inferenceMs: z.number(),
      encodeMs: z.number(),
      measureMs: z.number().optional(),
    }),
    /** Absent with `--no-measure`. */
    quality: qualityReportSchema.optional(),
    /** Path of the report next to the result, with `--report-each`. */
    report: z.string().optional(),
  }),
  z.object({
    type: z.literal('job-skipped'),
    job: count,
    input: z.string(),
    output: z.string().optional(),
    reason: z.enum(SKIP_REASONS),
  }),
  z.object({ type: z.literal('job-failed'), job: count, input: z.string(), error: errorSchema }),
  z.object({ type: z.literal('job-cancelled'), job: count, input: z.string() }),
  /** Only with `--dry-run`. */
  z.object({ type: z.literal('job-planned'), job: count, input: z.string(), output: z.string() }),
  z.object({
    type: z.literal('batch-finished'),
    totals: totalsSchema,
    outputMegapixels: z.number(),
    elapsedMs: z.number(),
    /** Report files written for the whole batch. */
    reports: z.array(z.string()).optional(),
  }),
]);

export type BatchEvent = z.infer<typeof batchEventSchema>;
export type BatchTotals = z.infer<typeof totalsSchema>;
