import { z } from 'zod';
import { imageReportSchema, VERDICTS } from '../api/report.ts';

const fileSchema = z.object({
  width: z.number(),
  height: z.number(),
  sizeBytes: z.number(),
  sha256: z.string(),
});

/**
 * A finished result and how it was made; recorded before the result gets its name, so that a crash in
 * between does not lose it.
 */
export const madeImageSchema = z.object({
  input: fileSchema,
  output: fileSchema,
  device: z.string(),
  machine: z.string().exactOptional(),
  repairedTiles: z.number(),
  warnings: z.array(z.string()),
  elapsedMs: z.number(),
  verdict: z.enum(VERDICTS).exactOptional(),
  /** The report without the facts that are read from the published file. A draft of another version is ignored. */
  draft: imageReportSchema.optional().catch(undefined),
});

export type MadeImage = Readonly<z.infer<typeof madeImageSchema>>;
