import { z } from 'zod';
import { EXISTS_POLICIES } from '../../core/api/batchSpec.ts';
import { queueOptionsSchema } from '../machines/queueOptions.ts';
import { localPathSchema } from './localPath.ts';

/** Options as commander parses them. Those that set a job's settings are checked with the batch. */
export const rawOptionsSchema = z.looseObject({
  input: z.array(z.string().min(1).max(32_767)).optional(),
  output: localPathSchema.optional(),
  resume: z.union([z.literal(true), z.number().int().min(1)]).optional(),
  fromReport: z.string().min(1).optional(),
  waitForSpace: z.boolean(),
  data: z.string().optional(),
  scale: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  longEdge: z.number().optional(),
  shortEdge: z.number().optional(),
  megapixels: z.number().optional(),
  models: z.string().min(1),
  jobs: z.number().int().min(1).max(64).optional(),
  recursive: z.boolean(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  name: z.string(),
  exists: z.enum(EXISTS_POLICIES),
  json: z.boolean(),
  dryRun: z.boolean(),
  failFast: z.boolean(),
  verbose: z.boolean(),
  measure: z.boolean(),
  report: z.array(localPathSchema),
  reportEach: z.boolean(),
  ...queueOptionsSchema.shape,
});

export type RawOptions = z.infer<typeof rawOptionsSchema>;
