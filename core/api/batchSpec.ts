import { z } from 'zod';
import { jobSettingsSchema } from './jobSettings.ts';

/** What to do if a file with the result's name already exists. */
export const EXISTS_POLICIES = ['skip', 'overwrite', 'rename', 'error'] as const;
export type ExistsPolicy = (typeof EXISTS_POLICIES)[number];

export const REPORT_FORMATS = ['json', 'csv', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Unless a batch names another. */
export const DEFAULT_NAME_TEMPLATE = '{dir}/{name}_{size}.{ext}';

const absolutePath = z.string().min(1).max(32_767);

/** A place inside a folder that the user opened for the browser window; never an absolute path. */
const rootPlaceSchema = z.strictObject({
  kind: z.literal('root'),
  rootId: z.string().min(1),
  /** Names joined by `/`, without `..`; empty for the root itself. */
  relative: z.string().max(32_767),
});

/** Where files come from. */
export const placeSchema = z.discriminatedUnion('kind', [
  /** A file, a folder, a pattern or `@list.txt`. Desktop and command line only. */
  z.strictObject({ kind: z.literal('path'), path: absolutePath }),
  /** A file that a browser has uploaded. */
  z.strictObject({ kind: z.literal('upload'), uploadId: z.string().min(1) }),
  rootPlaceSchema,
]);
export type SourcePlace = z.infer<typeof placeSchema>;

/** Where images come from. */
export const sourceSchema = z.discriminatedUnion('kind', [
  ...placeSchema.options,
  /** The image of a job in the list, to enlarge it again. */
  z.strictObject({ kind: z.literal('job'), jobId: z.int().min(1) }),
]);
export type Source = z.infer<typeof sourceSchema>;

/** Where results go. */
export const destinationSchema = z.discriminatedUnion('kind', [
  /** A folder, or the file of a single result if it has an image's extension. Desktop and command line only. */
  z.strictObject({ kind: z.literal('path'), path: absolutePath }),
  /** In a folder of that name next to each source; with an empty name, directly next to it. */
  z.strictObject({ kind: z.literal('beside'), folderName: z.string().max(255) }),
  /** Kept by the program until the user downloads them. */
  z.strictObject({ kind: z.literal('downloads') }),
  rootPlaceSchema,
]);
export type Destination = z.infer<typeof destinationSchema>;

const reportRequestSchema = z.strictObject({
  /** Whether each result is measured. */
  measure: z.boolean(),
  /** Files to write next to the results, or into `folder`. */
  formats: z.array(z.enum(REPORT_FORMATS)),
  folder: absolutePath.optional(),
});
export type ReportRequest = z.infer<typeof reportRequestSchema>;

export const batchName = z.string().trim().min(1).max(200);

/** One batch, in the same form for window, browser, command line and watched folders. */
export const batchSpecSchema = z.strictObject({
  sources: z.array(sourceSchema).min(1).max(100_000),
  destination: destinationSchema,
  settings: jobSettingsSchema,
  exists: z.enum(EXISTS_POLICIES),
  /** May contain `{dir} {name} {size} {scale} {model} {ext}`. */
  nameTemplate: z.string().min(1).max(1_000),
  recursive: z.boolean(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  report: reportRequestSchema,
  /** Its name in the window; by default the name of the images' folder. */
  name: batchName.optional(),
});
export type BatchSpec = z.infer<typeof batchSpecSchema>;

export const DEFAULT_REPORT_REQUEST: ReportRequest = { measure: true, formats: [] };
