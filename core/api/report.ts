import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { jobSettingsSchema, writtenSettingsSchema } from './jobSettings.ts';
import { chosenModelSchema } from './models/chosenModel.ts';

/** The possible problems of an output. The list is closed; the catalogues have a sentence for each code. */
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

/** `ok`: no problem was found. `look`: a person should review it. `failed`: something is wrong with it. */
export const VERDICTS = ['ok', 'look', 'failed'] as const;

export type VerdictKind = (typeof VERDICTS)[number];

const share = z.number().min(0).max(1);
const notNegative = z.number().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

const sizeSchema = z.strictObject({ width: z.int().positive(), height: z.int().positive() });
const rectSchema = sizeSchema.extend({ x: z.int().min(0), y: z.int().min(0) });

/** Why a result is not `ok`. */
export const reasonSchema = z.strictObject({
  code: z.enum(REASON_CODES),
  severity: z.enum(['look', 'failed']),
  /** The figure that was too high, and its limit; `null` if it is NaN because a sample was not finite. */
  value: z.number().nullable(),
  limit: z.number().nullable(),
  /** Where, in pixels of the output, worst first; empty if it is everywhere. */
  places: z.array(rectSchema),
});
export type VerdictReason = z.infer<typeof reasonSchema>;

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
 * What was measured of an output, without knowing the true large image. A figure is `null` if it cannot be measured;
 * the PSNR also if the images are `identical`.
 */
export const qualityReportSchema = z.strictObject({
  verdict: z.enum(VERDICTS),
  reasons: z.array(reasonSchema),
  /** The output scaled down to the input's size, compared with the input. */
  consistency: z.strictObject({
    identical: z.boolean(),
    psnrDb: z.number().nullable(),
    ssim: z.number().nullable(),
    deltaE: z.strictObject({ mean: notNegative.nullable(), max: notNegative.nullable() }),
    worstTile: z.strictObject({ place: rectSchema, rmse: notNegative.nullable() }).nullable(),
  }),
  /** Detail beyond a bicubic enlargement: how much was added, not whether it is true. */
  detail: z
    .strictObject({
      gradientGain: notNegative.nullable(),
      fineShare: share.nullable(),
      bicubicFineShare: share.nullable(),
      checkerboard: notNegative.nullable(),
      /** Of the squares that were measured, those that gained most, in descending order; in pixels of the output. */
      mostGained: z.array(rectSchema),
    })
    .nullable(),
  input: estimatesSchema.nullable(),
  output: estimatesSchema.nullable(),
});

export type QualityReport = z.infer<typeof qualityReportSchema>;

const fileFields = {
  path: z.string().min(1),
  format: z.string().min(1),
  sha256,
  sizeBytes: z.int().min(0),
  /** Upright, in pixels. */
  ...sizeSchema.shape,
};

/** Read from the published file itself. */
const outputSchema = z.strictObject({
  ...fileFields,
  /** Of the embedded colour profile. */
  iccSha256: sha256.nullable(),
  /** EXIF orientation; 1, since results are stored upright. */
  orientation: z.int().min(1).max(8),
});

/** One pass of a network, or of an interpolation kernel, which has no weights. */
const passSchema = z.strictObject({
  id: z.string().min(1),
  scale: z.number().positive(),
  sha256: sha256.nullable(),
  /** The network whose weights were mixed in at a strength below 1. */
  companion: z.strictObject({ id: z.string().min(1), sha256: sha256.nullable() }).optional(),
  /** For networks that a user added: readers of a report have to see what their licence permits. */
  licence: z.string().optional(),
  author: z.string().optional(),
  isNonCommercial: z.boolean().optional(),
});
export type PassRecord = z.infer<typeof passSchema>;

const IMAGE_REPORT_SCHEMA = 'enlarger.report/1';

/** Everything about one enlarged image: enough to judge it, and to repeat it. */
export const imageReportSchema = z.strictObject({
  schema: z.literal(IMAGE_REPORT_SCHEMA),
  program: z.string().min(1),
  /** When the output was published. */
  finishedAt: z.iso.datetime(),
  input: z.strictObject(fileFields),
  output: outputSchema,
  /** In the order of execution; empty if the image already had its size. */
  passes: z.array(passSchema),
  /** Engine and device, e.g. `onnx:cpu`; `none` without a pass. */
  device: z.string().min(1),
  /** The other machine that made it; absent if that is the machine of the report. */
  machine: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }).optional(),
  /**
   * Side and context of a tile in the last pass, in pixels of that pass' input; number of tiles of all passes; share of
   * the image that was copied from equal parts of it instead of being run, absent if none was.
   */
  tiles: z.strictObject({
    tilePx: z.int().min(0),
    contextPx: z.int().min(0),
    count: z.int().min(0),
    reusedShare: z.number().min(0).max(1).optional(),
  }),
  /** What had to be repeated, and why; usually empty. */
  repairs: z.array(z.string()),
  /** What could not be carried over from the input. */
  warnings: z.array(z.string()),
  settings: jobSettingsSchema,
  /** How the model was chosen; absent if the settings name one. */
  choice: chosenModelSchema.optional(),
  /** Milliseconds of each stage by name. The stages of several images overlap. */
  stagesMs: z.record(z.string(), notNegative),
  /** `null` if measuring was switched off. */
  quality: qualityReportSchema.nullable(),
});

export type ImageReport = z.infer<typeof imageReportSchema>;
/** The report of a result that was measured. */
export type MeasuredReport = ImageReport & { readonly quality: QualityReport };

/** An input that failed, and why. */
export const failureSchema = z.strictObject({
  input: z.string(),
  error: z.strictObject({ code: z.enum(ERROR_CODES), message: z.string() }),
});
export type ReportedFailure = z.infer<typeof failureSchema>;

/**
 * Why an input was skipped: its result exists; its result exists but is older than the input; the image is large
 * enough; it is some other file of a folder; it is a result of this program; it is a symbolic link to a folder, which
 * is not followed.
 */
export const SKIP_REASONS = [
  'output-exists',
  'output-outdated',
  'large-enough',
  'not-a-picture',
  'own-result',
  'linked-folder',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** An input that neither failed nor has an image's report: skipped, cancelled, or enlarged without a report. */
export const otherInputSchema = z.strictObject({
  input: z.string(),
  state: z.enum(['done', 'skipped', 'cancelled']),
  /** Why it was skipped. */
  reason: z.enum(SKIP_REASONS).optional(),
  /** The existing result. */
  output: z.string().optional(),
});
export type OtherInput = z.infer<typeof otherInputSchema>;

export const BATCH_REPORT_SCHEMA = 'enlarger.batch-report/1';

/** The reports of a whole batch in one file. */
export const batchReportSchema = z.strictObject({
  schema: z.literal(BATCH_REPORT_SCHEMA),
  program: z.string().min(1),
  finishedAt: z.iso.datetime(),
  pictures: z.array(imageReportSchema),
  /** Inputs that failed. */
  failures: z.array(failureSchema),
  /** All other inputs; reports of earlier versions leave them out. */
  others: z.array(otherInputSchema).default([]),
});

export type BatchReport = z.infer<typeof batchReportSchema>;

const hashedFileSchema = z.object({ path: z.string().min(1), sha256 });

/** The part of a report that is needed to make its result again; the report may be from any version of the program. */
const repeatableReportSchema = z.object({
  input: hashedFileSchema,
  output: hashedFileSchema,
  passes: z.array(
    z.object({
      id: z.string().min(1),
      sha256: sha256.nullable(),
      companion: z.object({ id: z.string().min(1), sha256: sha256.nullable() }).optional(),
    }),
  ),
  device: z.string().min(1),
  settings: writtenSettingsSchema,
  choice: z.object({ family: z.string(), strength: z.number() }).optional(),
});
export type RepeatableReport = z.infer<typeof repeatableReportSchema>;

/** The jobs that can be repeated from a report of one image or of a batch. */
export const repeatableReportsSchema = z.union([
  z
    .object({ schema: z.literal(BATCH_REPORT_SCHEMA), pictures: z.array(repeatableReportSchema) })
    .transform((batch) => batch.pictures),
  repeatableReportSchema.extend({ schema: z.literal(IMAGE_REPORT_SCHEMA) }).transform((image) => [image]),
]);
