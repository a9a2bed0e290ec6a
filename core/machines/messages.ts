/**
 * @file What machines send each other. Every message is parsed at both ends: whoever can reach the server can write
 * into it, so nothing in a message is trusted beyond what these schemas and the roots allow.
 */
import { z } from 'zod';
import { chosenModelSchema } from '../api/models/chosenModel.ts';
import { ERROR_CODES } from '../api/errors.ts';
import { INPUT_FORMATS } from '../api/imageFormats.ts';
import { jobSettingsSchema } from '../api/jobSettings.ts';
import { OUTPUT_FORMATS } from '../api/outputFormats.ts';
import { imageReportSchema, qualityReportSchema } from '../api/report.ts';
import { isPlainPath, MAX_ROOTED_PATH_LENGTH } from './roots.ts';

/** Changes with every message that an older program would misread; machines with another one get no work. */
export const PROTOCOL = 1;

const MAX_WORK_CHARACTERS = 64 * 1024;
/** A result with a verdict lists the places of its findings. */
const MAX_RESULT_CHARACTERS = 512 * 1024;

export const MAX_CAPACITY = 256;

const protocol = z.literal(PROTOCOL);
const id = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hex digits');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const count = z.int().min(0);
const amount = z.number().min(0);
const shortText = z.string().max(200);
const text = z.string().max(4_000);

/** The run, the job and a number that rises with every hand-out: no two attempts have the same. */
const attempt = z.string().regex(/^[0-9a-f]{8}-\d{1,15}-\d{1,15}$/, 'must be run, job and number');

const rootedPath = z.strictObject({
  root: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be the name of a root'),
  path: z.string().max(MAX_ROOTED_PATH_LENGTH).refine(isPlainPath, 'must stay below its root'),
});

/** One image to enlarge. */
const workSchema = z.strictObject({
  protocol,
  attempt,
  /** Who receives the report. */
  coordinator: id,
  source: rootedPath,
  /** A different size means that the two machines do not see the same file. */
  sourceBytes: count,
  /** Where the unfinished result is written; it exists. */
  folder: rootedPath,
  format: z.enum(OUTPUT_FORMATS),
  settings: jobSettingsSchema,
  /** Of the weights of all networks that the settings name. */
  modelHash: sha256,
  measure: z.boolean(),
  /** Small images for a report are left next to the result. */
  wantsPreview: z.boolean(),
});
export type Work = Readonly<z.infer<typeof workSchema>>;

const size = { width: z.int().positive(), height: z.int().positive() };

function fileSchema<Formats extends z.ZodType>(format: Formats) {
  return z.strictObject({ ...size, format, sizeBytes: count, sha256 });
}

const enlargedSchema = z.strictObject({
  kind: z.literal('enhanced'),
  input: fileSchema(z.enum(INPUT_FORMATS)),
  output: fileSchema(z.enum(OUTPUT_FORMATS)),
  models: z.array(shortText).max(16),
  choice: chosenModelSchema.exactOptional(),
  device: shortText.min(1),
  passes: imageReportSchema.shape.passes.max(16),
  tiling: z.strictObject({ tilePx: count, contextPx: count }),
  tiles: count,
  repairedTiles: count,
  reusedShare: z.number().min(0).max(1).exactOptional(),
  warnings: z.array(text).max(100),
  times: z.strictObject({
    decodeMs: amount,
    inferenceMs: amount,
    encodeMs: amount,
    measureMs: amount.exactOptional(),
  }),
  quality: qualityReportSchema.exactOptional(),
  pageFiles: z
    .strictObject({
      firstPage: z.int().positive(),
      others: z
        .array(z.strictObject({ page: z.int().positive(), ...size, sizeBytes: count, sha256 }))
        .max(10_000),
    })
    .exactOptional(),
});

const largeEnoughSchema = z.strictObject({ kind: z.literal('large-enough'), input: z.strictObject(size) });

/** Why a machine did not begin: `model`, `root` and `source` concern it alone, so the work goes elsewhere. */
const REFUSALS = ['invalid', 'model', 'root', 'source', 'draining'] as const;
export type Refusal = (typeof REFUSALS)[number];

export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('finished'), result: z.union([enlargedSchema, largeEnoughSchema]) }),
  z.strictObject({
    kind: z.literal('failed'),
    error: z.strictObject({
      code: z.enum(ERROR_CODES),
      message: text,
      details: z.record(shortText, z.union([text, z.number(), z.boolean(), z.null()])).exactOptional(),
    }),
  }),
  z.strictObject({ kind: z.literal('refused'), reason: z.enum(REFUSALS), message: text }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** How one attempt ended. */
const reportSchema = z.strictObject({
  protocol,
  attempt,
  machine: z.strictObject({ id, name: shortText.min(1), version: shortText.min(1) }),
  outcome: outcomeSchema,
});
export type WorkReport = Readonly<z.infer<typeof reportSchema>>;

/** What a machine reports about itself every few seconds. */
const presenceSchema = z.strictObject({
  protocol,
  id,
  name: shortText.min(1),
  version: shortText.min(1),
  /** Everything that affects the last bits of a result: engines and their versions, kind of device. */
  engine: shortText,
  /** Rises with every message; clocks of machines are never compared. */
  beat: count,
  state: z.enum(['working', 'draining']),
  capacity: z.int().min(1).max(MAX_CAPACITY),
  roots: z.array(shortText).max(64),
  held: z.array(z.strictObject({ attempt, tilesDone: count, tilesTotal: count })).max(MAX_CAPACITY * 2),
  finished: count,
  failed: count,
  /** Of all results so far. */
  megapixels: amount,
  /** Since it joined. */
  seconds: amount,
});
export type Presence = Readonly<z.infer<typeof presenceSchema>>;

/** An accepted message, or why it was rejected. */
export type Parsed<Message> =
  { readonly kind: 'ok'; readonly message: Message } | { readonly kind: 'invalid'; readonly problem: string };

function parse<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  maxCharacters: number,
): Parsed<z.infer<Schema>> {
  const length = data === undefined ? 0 : JSON.stringify(data).length;
  if (length > maxCharacters) {
    return {
      kind: 'invalid',
      problem: `The message has ${length} characters; ${maxCharacters} are allowed.`,
    };
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return { kind: 'ok', message: parsed.data };
  return { kind: 'invalid', problem: z.prettifyError(parsed.error).slice(0, 1_000) };
}

export function parseWork(data: unknown): Parsed<Work> {
  return parse(workSchema, data, MAX_WORK_CHARACTERS);
}

export function parseReport(data: unknown): Parsed<WorkReport> {
  return parse(reportSchema, data, MAX_RESULT_CHARACTERS);
}

/** @param json As it is stored. */
export function parsePresence(json: string): Parsed<Presence> {
  if (json.length > MAX_WORK_CHARACTERS) return { kind: 'invalid', problem: 'The entry is too long.' };
  try {
    return parse(presenceSchema, JSON.parse(json), MAX_WORK_CHARACTERS);
  } catch {
    return { kind: 'invalid', problem: 'The entry is not JSON.' };
  }
}
