import { z } from 'zod';

/** What can be wrong with an output. The list is closed; the faces have a sentence for each code. */
export const REASON_CODES = [
  'wrong-shape',
  'not-finite',
  'wrong-orientation',
  'swapped-channels',
  'incomplete',
  'dead-tile',
  'unlike-input',
  'misplaced',
  'colour-shift',
  'seam',
  'checkerboard',
  'clipping',
  'alpha',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** `ok`: nothing was found. `look`: a person should decide. `failed`: this is not what was asked for. */
export const VERDICTS = ['ok', 'look', 'failed'] as const;

export type VerdictKind = (typeof VERDICTS)[number];

const share = z.number().min(0).max(1);
const notNegative = z.number().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

const sizeSchema = z.strictObject({ width: z.int().positive(), height: z.int().positive() });
const rectSchema = sizeSchema.extend({ x: z.int().min(0), y: z.int().min(0) });

const reasonSchema = z.strictObject({
  code: z.enum(REASON_CODES),
  severity: z.enum(['look', 'failed']),
  /** The figure that was too high, and the limit that it passed; `null` for no number (a sample was not finite). */
  value: z.number().nullable(),
  limit: z.number().nullable(),
  /** Where, in pixels of the output, the worst place first; empty when it is everywhere. */
  places: z.array(rectSchema),
});

const estimatesSchema = z.strictObject({
  /** 0 (sharp) … 1 (blurred): Crete et al. 2007. */
  blur: share,
  /** Noise and fine texture, 0…255: Immerkær 1996. */
  noise: notNegative,
  /** About 1 without compression blocks: Wang, Sheikh, Bovik 2002. */
  blockiness: notNegative,
  clippedShare: share,
});

/**
 * What was measured of an output without knowing the true large picture. `null` where there is nothing to measure; a
 * PSNR is `null` when `identical`.
 */
export const qualityReportSchema = z.strictObject({
  verdict: z.enum(VERDICTS),
  reasons: z.array(reasonSchema),
  /** The output reduced to the input's size, compared with the input: does it explain its input? */
  consistency: z.strictObject({
    identical: z.boolean(),
    psnrDb: z.number().nullable(),
    ssim: z.number().nullable(),
    deltaE: z.strictObject({ mean: notNegative.nullable(), max: notNegative.nullable() }),
    worstTile: z.strictObject({ place: rectSchema, rmse: notNegative.nullable() }).nullable(),
  }),
  /** What the output shows beyond the bicubic enlargement: how much was added, not whether it is true. */
  detail: z
    .strictObject({
      gradientGain: notNegative.nullable(),
      fineShare: share.nullable(),
      bicubicFineShare: share.nullable(),
      checkerboard: notNegative.nullable(),
      mostGained: rectSchema,
    })
    .nullable(),
  input: estimatesSchema.nullable(),
  output: estimatesSchema.nullable(),
});

export type QualityReport = z.infer<typeof qualityReportSchema>;

const fileSchema = z.strictObject({
  path: z.string().min(1),
  sha256,
  sizeBytes: z.int().min(0),
  ...sizeSchema.shape,
});

/** Everything about one enlarged picture: enough to judge it, and to make it again. */
export const pictureReportSchema = z.strictObject({
  schema: z.literal('enlarger.report/1'),
  program: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }),
  /** When the output was published. */
  finishedAt: z.iso.datetime(),
  input: fileSchema,
  output: fileSchema,
  model: z.strictObject({ id: z.string().min(1), scale: z.number().positive(), sha256 }),
  engine: z.strictObject({ name: z.string().min(1), device: z.string().min(1) }),
  tiles: z.strictObject({ tilePx: z.int().positive(), contextPx: z.int().min(0), count: z.int().positive() }),
  /** What had to be done again, and why; empty for a run without trouble. */
  repairs: z.array(z.string()),
  /** All parameters of the job, as the command line names them. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Milliseconds of each stage by name. */
  stagesMs: z.record(z.string(), notNegative),
  quality: qualityReportSchema,
});

export type PictureReport = z.infer<typeof pictureReportSchema>;
