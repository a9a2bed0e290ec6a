import { z } from 'zod';
import { jobSettingsSchema } from './jobSettings.ts';

/** What to do when a result's name is taken. */
export const EXISTS_POLICIES = ['skip', 'overwrite', 'rename', 'error'] as const;
export type ExistsPolicy = (typeof EXISTS_POLICIES)[number];

export const REPORT_FORMATS = ['json', 'csv', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const absolutePath = z.string().min(1).max(32_767);

/** A place below a folder that the user opened for the browser window: never a path of the machine. */
const rootPlaceSchema = z.strictObject({
  kind: z.literal('root'),
  rootId: z.string().min(1),
  /** Names joined by `/`, none of them `..`; empty for the root itself. */
  relative: z.string().max(32_767),
});

/** Where images come from. */
export const sourceSchema = z.discriminatedUnion('kind', [
  /** A file, a folder, a pattern or `@list.txt`. Desktop and command line only. */
  z.strictObject({ kind: z.literal('path'), path: absolutePath }),
  /** A file that a browser sent before. */
  z.strictObject({ kind: z.literal('upload'), uploadId: z.string().min(1) }),
  rootPlaceSchema,
]);
export type Source = z.infer<typeof sourceSchema>;

/** Where results go. */
export const destinationSchema = z.discriminatedUnion('kind', [
  /** A folder, or the one result's file where its ending says so. Desktop and command line only. */
  z.strictObject({ kind: z.literal('path'), path: absolutePath }),
  /** Into a folder of that name beside each source; the name may be empty: right beside it. */
  z.strictObject({ kind: z.literal('beside'), folderName: z.string().max(255) }),
  /** Kept by the program until they are downloaded. */
  z.strictObject({ kind: z.literal('downloads') }),
  rootPlaceSchema,
]);
export type Destination = z.infer<typeof destinationSchema>;

export const reportRequestSchema = z.strictObject({
  /** Measure each result; off saves that time. */
  measure: z.boolean(),
  /** Which files to write beside the results or into `folder`. */
  formats: z.array(z.enum(REPORT_FORMATS)),
  folder: absolutePath.optional(),
});
export type ReportRequest = z.infer<typeof reportRequestSchema>;

/** One batch, the same for window, browser, command line and watched folder. */
export const batchSpecSchema = z.strictObject({
  sources: z.array(sourceSchema).min(1).max(100_000),
  destination: destinationSchema,
  settings: jobSettingsSchema,
  exists: z.enum(EXISTS_POLICIES),
  /** With `{dir} {name} {size} {scale} {model} {ext}`. */
  nameTemplate: z.string().min(1).max(1_000),
  recursive: z.boolean(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  report: reportRequestSchema,
});
export type BatchSpec = z.infer<typeof batchSpecSchema>;

export const DEFAULT_REPORT_REQUEST: ReportRequest = { measure: true, formats: [] };
