import { z } from 'zod';
import { ENGINE_IDS } from '../api/models/engines.ts';
import { NETWORK_KINDS, type NetworkKind } from '../api/models/networkKinds.ts';
import { TOLERATED_CODES } from '../api/models/tolerance.ts';

const positiveInteger = z.int().positive();

/** One file for one engine. TensorFlow.js has two: the graph, which ends in `.json`, and its weights. */
const modelFileSchema = z.strictObject({
  engine: z.enum(ENGINE_IDS),
  /** A plain file name: weights are next to their manifest and nowhere else. */
  path: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the plain name of a file next to the manifest'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
  sizeBytes: positiveInteger,
});

/** How the weights were trained: enough to find the run again and to judge the figures. */
const trainingRecordSchema = z.strictObject({
  steps: positiveInteger,
  seed: z.int(),
  /** Wall-clock seconds of the last run. */
  seconds: z.number().positive(),
  description: z.string().min(1),
  data: z.string().min(1),
});

/** PSNR in dB on luma, by the literature's protocol (see docs/models.md). */
const measuredPsnrSchema = z.strictObject({ set5: z.number(), set14: z.number() });

const sizeSchema = z.strictObject({ width: positiveInteger, height: positiveInteger });

/** Where a network that a user added comes from. */
const originSchema = z.strictObject({
  /** The usual name of its architecture, e.g. `SPAN`. */
  architecture: z.string().min(1),
  format: z.enum(['onnx', 'ncnn', 'safetensors', 'pytorch']),
  /** The files that were added, unchanged. */
  files: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        sizeBytes: positiveInteger,
      }),
    )
    .min(1),
  author: z.string().min(1).optional(),
  /** Its source: an address or a sentence. */
  source: z.string().min(1).optional(),
  /** Whether its licence forbids commercial use. */
  isNonCommercial: z.boolean(),
  /** ISO 8601. */
  addedAt: z.string().min(1),
});

/** What running a network revealed about it. */
const proofSchema = z.strictObject({
  /** How its values and axes are interpreted; empty if that was never in doubt. */
  reading: z.string(),
  /**
   * Largest difference of a tile from the whole, in full scale, beyond the context; null if it cannot be measured.
   */
  tileDifference: z.number().min(0).nullable(),
  /** Whether tiles equal the whole up to rounding, because the context contains all that the network sees. */
  isExact: z.boolean(),
  /** Largest change of a channel's mean from bicubic interpolation, in full scale. */
  meanDrift: z.number().min(0),
  /** Megapixels of output a second on this machine, by the id of the device. */
  megapixelsPerSecond: z.record(z.string(), z.number().positive()),
  /** Memory that a run needs for each pixel of its input. */
  bytesPerPx: positiveInteger,
  /**
   * How much wider the limits of the verdict are than those of restoring networks, so that sound results on samples raise
   * no alarm. Absent: no wider.
   */
  tolerance: z.partialRecord(z.enum(TOLERATED_CODES), z.number().min(1).max(10)).optional(),
  /** Duration of the proof. */
  seconds: z.number().min(0),
});

/**
 * `resources/models/<id>/manifest.json`: everything that is known about a network. Nothing else in the
 * program contains a model's numbers.
 */
export const modelManifestSchema = z.strictObject({
  schema: z.literal('enlarger.model/1'),
  /** The folder's name, e.g. `fast-x4`. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
  name: z.string().min(1),
  /** Networks of one kind for several scales share a family, e.g. `fast`; the program picks the scale. */
  family: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** One sentence: what it is for. */
  purpose: z.string().min(1),
  /** Native factor. Proven by a dry run when the model is loaded. */
  scale: z.int().min(1).max(8),
  network: z.string().min(1),
  /** Weights that are run (after batch-norm folding and kernel collapsing). */
  parameters: positiveInteger,
  /** Multiply-accumulates for one 3 × 64 × 64 input. */
  macs: positiveInteger,
  /**
   * The network as it was trained, with batch-norm and slopes, by the rule of the study that it comes from; only for
   * its two generators, see docs/models.md.
   */
  trained: z.strictObject({ parameters: positiveInteger, macs: positiveInteger }).optional(),
  /**
   * What it may do to an image. Absent: `restoring` for a network with a faithful companion and for those that people
   * added, else `faithful`.
   */
  kind: z.enum(NETWORK_KINDS).optional(),
  /**
   * Where the files contain the weights of a last convolution whose result is added to an interpolation of the image. A
   * strength below 1 scales them, so that the output moves towards the interpolation in proportion.
   */
  residual: z
    .array(
      z.strictObject({
        path: z.string().min(1),
        byteOffset: z.int().min(0),
        /** 32-bit numbers. */
        count: positiveInteger,
      }),
    )
    .min(1)
    .optional(),
  /** Id of a network of the same form that invents less; a strength below 1 blends with it, see docs/models.md. */
  faithful: z.string().min(1).optional(),
  /** Side of the square of input pixels that one output pixel can see. */
  receptiveFieldPx: positiveInteger,
  tiling: z.strictObject({
    /** Context on each shared side of a tile, in input pixels. Exact when ≥ (receptiveFieldPx − 1) / 2. */
    contextPx: z.int().min(0),
    /** Width of the cross-fade between neighbours beyond the context; 0 when the context is exact. */
    blendPx: z.int().min(0),
    /** Sides of windows are extended to multiples of this, at which they also start; 1 by default. */
    multiplePx: positiveInteger.optional(),
    /** The smallest side that it accepts; 1 by default. */
    leastPx: positiveInteger.optional(),
    /** The only size that it accepts; any by default. */
    fixedPx: sizeSchema.optional(),
  }),
  input: z.strictObject({
    name: z.string().min(1),
    layout: z.literal('nchw'),
    channels: z.literal('rgb'),
    range: z.tuple([z.literal(0), z.literal(1)]),
  }),
  output: z.strictObject({
    name: z.string().min(1),
    layout: z.literal('nchw'),
    channels: z.literal('rgb'),
    range: z.tuple([z.literal(0), z.literal(1)]),
  }),
  files: z.array(modelFileSchema).min(1),
  licence: z.string().min(1),
  /** For our networks. */
  training: trainingRecordSchema.optional(),
  psnr: measuredPsnrSchema.optional(),
  /** For networks that a user added, with `proof`. */
  origin: originSchema.optional(),
  proof: proofSchema.optional(),
});

export type ModelManifest = z.infer<typeof modelManifestSchema>;
export type ModelFile = z.infer<typeof modelFileSchema>;

/** Whether the manifest allows a strength below 1. */
export function knowsStrength({ faithful, residual }: Pick<ModelManifest, 'faithful' | 'residual'>): boolean {
  return faithful !== undefined || residual !== undefined;
}

/** Whether a network is faithful to its input, or restores what it assumes to be beneath it. */
export function networkKind({
  kind,
  faithful,
  origin,
}: Pick<ModelManifest, 'kind' | 'faithful' | 'origin'>): NetworkKind {
  return kind ?? (faithful === undefined && origin === undefined ? 'faithful' : 'restoring');
}
