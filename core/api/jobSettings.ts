import { z } from 'zod';
import { ENGINE_CHOICES } from './models/engines.ts';
import { LENGTH_UNITS } from './paperSizes.ts';
import { OUTPUT_FORMATS } from './outputFormats.ts';

const pixels = z.int().min(1).max(1_000_000);

/** What `metadata` may be: everything is kept, private data is removed, or only the colour profile is kept. */
const METADATA_POLICIES = ['all', 'safe', 'none'] as const;

/** What `colour` may be: the input's profile is kept, or pixels are converted to sRGB. */
const COLOUR_POLICIES = ['keep', 'srgb'] as const;

/** The size of a result, in the terms that people use. */
const sizingSchema = z.discriminatedUnion('kind', [
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
 * has its default here, so that what an earlier version wrote is read although it lacks a field, and its description,
 * which is the help of its option (`cli/options/settingOptions.ts`).
 */
export const jobSettingsSchema = z.strictObject({
  sizing: sizingSchema.default({ kind: 'factor', factor: 4 }),
  onlyIfSmaller: z.boolean().default(false).describe('skip images that are large enough'),
  model: z
    .string()
    .min(1)
    .default('auto')
    .describe('model or family, or nearest, bilinear, bicubic, lanczos'),
  /** Ids of networks, in order; empty by default. */
  first: z
    .array(z.string().min(1))
    .max(4)
    .optional()
    .describe('model that cleans images up before they are enlarged; may be repeated'),
  /**
   * Share of a network that invents detail, 0…1; the rest comes from its companion that keeps grain, or from
   * interpolation. 1 for networks that have neither.
   */
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('how strongly photo and art restore: 0 keeps all grain, 1 removes it'),
  device: z
    .string()
    .regex(/^(auto|cpu|\d+)$/, 'must be auto, cpu or a number')
    .default('auto')
    .describe('auto, cpu, or the number of a graphics device'),
  engine: z.enum(ENGINE_CHOICES).default('auto').describe('runtime for the networks; auto picks the fastest'),
  /** Without its context. */
  tile: z
    .union([z.literal('auto'), z.int().min(32).max(4096)])
    .default('auto')
    .describe('side of a tile in pixels of the input, or auto'),
  selfEnsemble: z
    .boolean()
    .default(false)
    .describe('average over eight rotations and reflections: slightly better, 8 times slower'),
  format: z.union([z.literal('same'), z.enum(OUTPUT_FORMATS)]).default('same'),
  /** Which pages or frames of a file with several: all by default, if the target supports them. */
  pages: pageChoice
    .optional()
    .describe('pages of a TIFF: all, first, or numbers such as 1-3,7 (default: all)'),
  quality: z.int().min(1).max(100).optional(),
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #ffffff')
    .default('#ffffff')
    .describe('colour behind transparent areas, for formats without transparency'),
  metadata: z
    .enum(METADATA_POLICIES)
    .default('all')
    .describe('keep all, remove private data (safe), or remove all (none)'),
  colour: z.enum(COLOUR_POLICIES).default('keep').describe('keep the colour profile, or convert to sRGB'),
  // A small file can claim to contain a huge image. The largest sensors on sale have 151 MP.
  maxInputMegapixels: z.number().positive().default(160).describe('reject larger images'),
  // Such an image, four times as wide and high.
  maxOutputMegapixels: z.number().positive().default(2600).describe('reject larger results'),
});

export type JobSettings = z.infer<typeof jobSettingsSchema>;

/** What decides which networks run. */
export type ModelSettings = Pick<JobSettings, 'model' | 'strength' | 'first'>;

export const DEFAULT_JOB_SETTINGS: JobSettings = jobSettingsSchema.parse({});

/** Settings in a file that some version of the program wrote: what only a later one has is left out. */
export const writtenSettingsSchema = z.object(jobSettingsSchema.shape);

export type SettingName = keyof JobSettings;

/**
 * Settings for which the window shows a checkbox or a list, by their schema, in this order. Their texts are
 * `setting.NAME`, and `setting.NAME.CHOICE` for each choice.
 */
export const PLAIN_SETTINGS = [
  'metadata',
  'colour',
  'onlyIfSmaller',
] as const satisfies readonly SettingName[];
export type PlainSetting = (typeof PLAIN_SETTINGS)[number];

type ChoiceText<Name extends PlainSetting> = JobSettings[Name] extends string
  ? `setting.${Name}.${JobSettings[Name]}`
  : never;

/** The texts that every catalogue has for them. */
export type PlainSettingText =
  `setting.${PlainSetting}` | { [Name in PlainSetting]: ChoiceText<Name> }[PlainSetting];

/** How a setting can be entered. */
export type SettingKind =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' };

/** How a setting can be entered, by its schema. */
export function settingKind(name: SettingName): SettingKind {
  const field: z.ZodType = jobSettingsSchema.shape[name];
  const schema = field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : field;
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options.map(String) };
  return { kind: schema instanceof z.ZodNumber ? 'number' : 'text' };
}
