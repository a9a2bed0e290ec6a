import { z } from 'zod';
import { ENGINE_CHOICES } from './engines.ts';
import { LENGTH_UNITS } from './paperSizes.ts';
import { OUTPUT_FORMATS } from './outputFormats.ts';

const pixels = z.int().min(1).max(1_000_000);

/** What `metadata` may be: everything is kept, private data is removed, or only the colour profile is kept. */
export const METADATA_POLICIES = ['all', 'safe', 'none'] as const;

/** What `colour` may be: the input's profile is kept, or pixels are converted to sRGB. */
export const COLOUR_POLICIES = ['keep', 'srgb'] as const;

/** The size of a result, in the terms that people use. */
export const sizingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('factor'), factor: z.number().min(0.01).max(64) }),
  z.strictObject({ kind: z.literal('width'), width: pixels }),
  z.strictObject({ kind: z.literal('height'), height: pixels }),
  z.strictObject({ kind: z.literal('fit'), width: pixels, height: pixels }),
  z.strictObject({ kind: z.literal('long-edge'), edge: pixels }),
  z.strictObject({ kind: z.literal('short-edge'), edge: pixels }),
  z.strictObject({ kind: z.literal('megapixels'), megapixels: z.number().positive().max(100_000) }),
  /** A sheet of paper to fit into; the resolution is also written into the file. */
  z.strictObject({
    kind: z.literal('print'),
    width: z.number().min(0.1).max(2_000),
    height: z.number().min(0.1).max(2_000),
    unit: z.enum(LENGTH_UNITS),
    dotsPerInch: z.number().min(30).max(2_400),
    /** Turn the paper so that its longer side is along the image's longer side. */
    turns: z.boolean(),
  }),
]);

export type Sizing = z.infer<typeof sizingSchema>;

/** `all`, `first`, or numbers and ranges from 1: `1-3,7`. */
const pageChoice = z
  .string()
  .regex(
    /^(all|first|[1-9]\d{0,5}(-[1-9]\d{0,5})?(,[1-9]\d{0,5}(-[1-9]\d{0,5})?)*)$/,
    'must be all, first, or page numbers such as 1-3,7',
  );
export type PageChoice = z.infer<typeof pageChoice>;

/**
 * Everything that decides what a result looks like; the same for command line, watched folders and window. Each field
 * has its default here, so that what an earlier version wrote is read although it lacks a field.
 */
export const jobSettingsSchema = z.strictObject({
  sizing: sizingSchema.default({ kind: 'factor', factor: 4 }),
  /** Skip images that are large enough. */
  onlyIfSmaller: z.boolean().default(false),
  /** A network's id, a family, or an interpolation kernel. */
  model: z.string().min(1).default('auto'),
  /** Networks that clean the image up before it is enlarged, by id, in order. None by default. */
  first: z.array(z.string().min(1)).max(4).optional(),
  /**
   * How much a network that invents detail contributes, 0…1; its PSNR-oriented partner contributes the rest. 1 for
   * networks without a partner.
   */
  strength: z.number().min(0).max(1).default(1),
  /** `auto`, `cpu`, or the number of a graphics device. */
  device: z
    .string()
    .regex(/^(auto|cpu|\d+)$/, 'must be auto, cpu or a number')
    .default('auto'),
  engine: z.enum(ENGINE_CHOICES).default('auto'),
  /** Side of a tile in input pixels, without its context. */
  tile: z.union([z.literal('auto'), z.int().min(32).max(4096)]).default('auto'),
  /** Average over the eight rotations and reflections of each tile: slightly better, eight times the work. */
  selfEnsemble: z.boolean().default(false),
  format: z.union([z.literal('same'), z.enum(OUTPUT_FORMATS)]).default('same'),
  /** Which pages or frames of a file with several: all by default, where the target can hold them. */
  pages: pageChoice.optional(),
  quality: z.int().min(1).max(100).optional(),
  /** Colour behind transparent areas if the output format has no transparency. */
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #ffffff')
    .default('#ffffff'),
  metadata: z.enum(METADATA_POLICIES).default('all'),
  colour: z.enum(COLOUR_POLICIES).default('keep'),
  /** Larger images are refused: a small file can claim to contain a huge image. */
  maxInputMegapixels: z.number().positive().default(160), // the largest sensors on sale have 151 MP
  maxOutputMegapixels: z.number().positive().default(2600), // such an image, four times as wide and high
});

export type JobSettings = z.infer<typeof jobSettingsSchema>;

export const DEFAULT_JOB_SETTINGS: JobSettings = jobSettingsSchema.parse({});

/** Settings in a file that some version of the program wrote: what only a later one has is left out. */
export const writtenSettingsSchema = z.object(jobSettingsSchema.shape);
