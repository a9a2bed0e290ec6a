import { z } from 'zod';
import {
  batchName,
  batchSpecSchema,
  destinationSchema,
  placeSchema,
  REPORT_FORMATS,
  sourceSchema,
} from './batchSpec.ts';
import { jobSettingsSchema } from './jobSettings.ts';
import { LANGUAGES } from './languages.ts';
import { presetSchema, programSettingsSchema, sharingChangeSchema } from './programSettings.ts';
import { JOB_STATES } from './views.ts';

/** How original and result share the image that is saved of both. */
const COMPARISON_LAYOUTS = ['split', 'side-by-side'] as const;

export interface ComparisonArrangement {
  readonly layout: (typeof COMPARISON_LAYOUTS)[number];
  /** Where they meet, as a share of the width; side by side, both are shown in full. */
  readonly split: number;
}

const id = z.int().min(1);
const nothing = z.strictObject({});
const jobIds = z.array(id).min(1).max(100_000);
/** Jobs by id, or all jobs of a batch. */
const jobChoice = z.union([z.strictObject({ jobIds }), z.strictObject({ batchId: id })]);
const rect = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
});

const watchedFolderFields = {
  presetId: z.string().min(1),
  /** A file is accepted when it was unchanged in two checks this far apart. */
  settleMs: z.int().min(100).max(3_600_000),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  recursive: z.boolean(),
  moveOriginalsTo: z.string().min(1).optional(),
  paused: z.boolean(),
  /** Ignore the images that are in the folder now; only new and changed ones are enlarged. */
  leaveExisting: z.boolean().optional(),
};

/** The schema of every method's one argument. */
export const METHOD_INPUTS = {
  getProgramInfo: nothing,
  inspectSources: z.strictObject({
    sources: z.array(sourceSchema).min(1).max(100_000),
    settings: jobSettingsSchema,
    recursive: z.boolean(),
    /** If given, the name of each result is returned as well. */
    nameTemplate: z.string().min(1).max(1_000).optional(),
    /** Where the results will go: folders of results there are not searched. */
    destination: destinationSchema.optional(),
  }),
  /** One folder inside an opened root, to pick images from. `relative` is as in a source. */
  /** `source`: one of the images, whose folder matters if results go next to them. */
  getFreeSpace: z.strictObject({ destination: destinationSchema, source: sourceSchema.optional() }),
  listRoot: z.strictObject({
    rootId: z.string().min(1),
    relative: z.string().max(32_767),
    offset: z.int().min(0),
    limit: z.int().min(1).max(1_000),
  }),
  /**
   * `startNow` also starts the queue; otherwise the batch waits for `startQueue`, even while others run. A person's batch
   * overtakes those of watched folders.
   */
  addBatch: z.strictObject({ spec: batchSpecSchema, startNow: z.boolean() }),
  addSampleBatch: z.strictObject({ startNow: z.boolean() }),
  listBatches: nothing,
  listJobs: z.strictObject({
    batchId: id.optional(),
    states: z.array(z.enum(JOB_STATES)).optional(),
    /** Part of the file name; case does not matter. */
    search: z.string().max(1_000).optional(),
    order: z
      .enum(['queue', 'newest', 'name', 'worst-first', 'largest', 'slowest', 'state', 'folder'])
      .default('queue'),
    offset: z.int().min(0),
    limit: z.int().min(1).max(1_000),
  }),
  getJob: z.strictObject({ jobId: id }),
  getQueue: nothing,
  startQueue: nothing,
  pauseQueue: nothing,
  cancelJobs: jobChoice,
  /** Puts failed and cancelled jobs back into the queue. */
  retryJobs: jobChoice,
  /** Removes jobs from the list; files stay. Running jobs are cancelled first. */
  removeJobs: jobChoice,
  renameBatch: z.strictObject({ batchId: id, name: batchName }),
  /** Moves queued jobs in front of another one, or to the end. */
  moveJobs: z.strictObject({ jobIds, beforeJobId: id.optional() }),
  getReport: z.strictObject({ jobId: id }),
  /** `offset` and `limit` select a page of both lists, the measured images and the failures. */
  getBatchReport: z.strictObject({
    batchId: id,
    offset: z.int().min(0),
    limit: z.int().min(1).max(1_000),
  }),
  /** `split`: where original and result meet, as a share of the width; both are shown in full if they are side by side. */
  exportComparison: z.strictObject({
    jobId: id,
    layout: z.enum(COMPARISON_LAYOUTS).default('split'),
    split: z.number().min(0).max(1),
  }),
  getHeatMap: z.strictObject({ jobId: id, kind: z.enum(['difference', 'ssim', 'gain']) }),
  exportReport: z.strictObject({
    batchId: id.optional(),
    jobIds: jobIds.optional(),
    format: z.enum(REPORT_FORMATS),
    language: z.enum(LANGUAGES),
  }),
  openImage: z.strictObject({ jobId: id, which: z.enum(['source', 'result']) }),
  downloadResult: z.strictObject({ jobId: id }),
  /** `crop` is in pixels of the upright source image. */
  previewCrop: z.strictObject({
    source: sourceSchema,
    crop: rect,
    settings: jobSettingsSchema,
  }),
  listPresets: nothing,
  savePreset: presetSchema,
  listModels: nothing,
  /**
   * Files, or folders with everything in them. Licence and author are stated by the person who adds them; a name is for
   * one file.
   */
  addModels: z.strictObject({
    sources: z.array(placeSchema).min(1).max(1_000),
    name: z.string().min(1).max(100).optional(),
    licence: z.string().min(1).max(200).optional(),
    author: z.string().min(1).max(200).optional(),
    source: z.string().min(1).max(1_000).optional(),
  }),
  /** Cancels the additions under way; files that were already added stay. */
  cancelAddModels: nothing,
  removeModel: z.strictObject({ modelId: z.string().min(1).max(200) }),
  verifyModel: z.strictObject({ modelId: z.string().min(1).max(200) }),
  deletePreset: z.strictObject({ presetId: z.string().min(1) }),
  listWatchedFolders: nothing,
  addWatchedFolder: z.strictObject({ folder: z.string().min(1), ...watchedFolderFields }),
  updateWatchedFolder: z.strictObject({ id, ...z.strictObject(watchedFolderFields).partial().shape }),
  removeWatchedFolder: z.strictObject({ id }),
  /** How many images a folder contains before it is watched. */
  countFolderImages: z.strictObject({
    folder: z.string().min(1),
    recursive: z.boolean(),
    include: z.array(z.string()),
    exclude: z.array(z.string()),
  }),
  /** `probe` tests every device again, each in its own process, instead of returning what is known. */
  listDevices: z.strictObject({ probe: z.boolean() }),
  listMachines: nothing,
  getSettings: nothing,
  updateSettings: programSettingsSchema
    .omit({ schema: true })
    .extend({ sharing: sharingChangeSchema.nullable() })
    .partial(),
} as const;

export type MethodInputs = typeof METHOD_INPUTS;
