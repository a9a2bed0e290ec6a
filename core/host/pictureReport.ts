import path from 'node:path';
import type { JobSettings } from '../api/jobSettings.ts';
import type { PictureReport } from '../api/report.ts';
import { inspectPublished } from '../image/inspectPublished.ts';
import type { EnhancedPicture } from '../pool/messages.ts';

/** A result that has its name, and what a worker told of it. */
export interface PublishedResult {
  readonly inputPath: string;
  readonly outputPath: string;
  readonly enhanced: EnhancedPicture;
}

export interface ReportContext {
  readonly settings: JobSettings;
  /** Name and version. */
  readonly program: string;
}

/**
 * Makes the report of a published result. What it states of the output was read from the published file.
 *
 * @throws EnhancerError `output/verification-failed` when that file cannot be read, or is not what the worker wrote.
 */
export async function makePictureReport(
  { inputPath, outputPath, enhanced }: PublishedResult,
  { settings, program }: ReportContext,
): Promise<PictureReport> {
  const published = await inspectPublished(outputPath);
  const { decodeMs, inferenceMs, encodeMs, measureMs } = enhanced.times;
  return {
    schema: 'enlarger.report/1',
    program,
    finishedAt: new Date().toISOString(),
    input: { path: path.resolve(inputPath), ...enhanced.input },
    output: { path: path.resolve(outputPath), ...published },
    passes: [...enhanced.passes],
    device: enhanced.device,
    tiles: { ...enhanced.tiling, count: enhanced.tiles },
    repairs: repairsOf(enhanced),
    warnings: [...enhanced.warnings],
    settings,
    stagesMs: {
      decode: decodeMs,
      inference: inferenceMs,
      encode: encodeMs,
      ...(measureMs !== undefined && { measure: measureMs }),
    },
    quality: enhanced.quality ?? null,
  };
}

function repairsOf({ repairedTiles }: EnhancedPicture): string[] {
  if (repairedTiles === 0) return [];
  const tiles = repairedTiles === 1 ? '1 tile' : `${repairedTiles} tiles`;
  return [`${tiles} came out wrong and were done again in smaller pieces`];
}
