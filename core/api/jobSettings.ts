import { z } from 'zod';
import { OUTPUT_FORMATS } from './outputFormats.ts';

const pixels = z.int().min(1).max(1_000_000);

/** Engines for networks; `auto` takes the fastest device of any. */
export const ENGINE_CHOICES = ['auto', 'onnx', 'tensorflow'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** The size people ask for, in the words they use. */
export const sizingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('factor'), factor: z.number().min(0.01).max(64) }),
  z.strictObject({ kind: z.literal('width'), width: pixels }),
  z.strictObject({ kind: z.literal('height'), height: pixels }),
  z.strictObject({ kind: z.literal('fit'), width: pixels, height: pixels }),
  z.strictObject({ kind: z.literal('long-edge'), edge: pixels }),
  z.strictObject({ kind: z.literal('short-edge'), edge: pixels }),
  z.strictObject({ kind: z.literal('megapixels'), megapixels: z.number().positive().max(100_000) }),
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

/** Everything that decides what a result looks like: the same for command line, watched folder and window. */
export const jobSettingsSchema = z.strictObject({
  sizing: sizingSchema,
  /** Leave images alone that have the size already. */
  onlyIfSmaller: z.boolean(),
  /** A network's id, a family, or an interpolation kernel. */
  model: z.string().min(1),
  /**
   * How much of a network that invents detail is used, 0…1; the rest is that of its faithful companion. 1 everywhere
   * else.
   */
  strength: z.number().min(0).max(1),
  /** `auto`, `cpu`, or the number of a graphics device. */
  device: z.string().regex(/^(auto|cpu|\d+)$/, 'must be auto, cpu or a number'),
  engine: z.enum(ENGINE_CHOICES),
  /** Kept side of a tile in input pixels. */
  tile: z.union([z.literal('auto'), z.int().min(32).max(4096)]),
  /** Average over the eight turns and mirrorings of each tile: slightly better, eight times the work. */
  selfEnsemble: z.boolean(),
  format: z.union([z.literal('same'), z.enum(OUTPUT_FORMATS)]),
  /** Which pages or frames of a file with several: all by default, where the target can hold them. */
  pages: pageChoice.optional(),
  quality: z.int().min(1).max(100).optional(),
  /** Colour behind transparency where the format has none. */
  background: z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #ffffff'),
  metadata: z.enum(['all', 'safe', 'none']),
  colour: z.enum(['keep', 'srgb']),
  /** Images with more megapixels are refused: a small file can claim to be huge. */
  maxInputMegapixels: z.number().positive(),
  maxOutputMegapixels: z.number().positive(),
});

export type JobSettings = z.infer<typeof jobSettingsSchema>;

export const DEFAULT_JOB_SETTINGS: JobSettings = {
  sizing: { kind: 'factor', factor: 4 },
  onlyIfSmaller: false,
  model: 'fast',
  strength: 1,
  device: 'auto',
  engine: 'auto',
  tile: 'auto',
  selfEnsemble: false,
  format: 'same',
  background: '#ffffff',
  metadata: 'all',
  colour: 'keep',
  maxInputMegapixels: 160, // the largest sensors in the shops have 151 MP
  maxOutputMegapixels: 2600, // four times each side of such an image
};
