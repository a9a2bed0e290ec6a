import path from 'node:path';
import { EnhancerError } from '../api/errors.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { PictureReport } from '../api/report.ts';
import { inspectPublished } from '../image/inspectPublished.ts';
import type { EnhancedPicture } from '../pool/messages.ts';

/** A finished result that is about to get its name, and what a worker told of it. */
export interface FinishedResult {
  readonly inputPath: string;
  readonly targetPath: string;
  readonly enhanced: EnhancedPicture;
}

export interface ReportContext {
  readonly settings: JobSettings;
  /** Name and version. */
  readonly program: string;
}

/**
 * What a report says before the result has its name: all but what is read from the published file. It is written down
 * first, so that a crash in between loses no report.
 */
export function draftPictureReport(
  { inputPath, targetPath, enhanced }: FinishedResult,
  { settings, program }: ReportContext,
): PictureReport {
  const { decodeMs, inferenceMs, encodeMs, measureMs } = enhanced.times;
  return {
    schema: 'enlarger.report/1',
    program,
    finishedAt: new Date().toISOString(),
    input: { path: path.resolve(inputPath), ...enhanced.input },
    output: { path: path.resolve(targetPath), ...enhanced.output, iccSha256: null, orientation: 1 },
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

/**
 * Finishes a report: what it states of the output is read from the published file.
 *
 * @throws EnhancerError `output/verification-failed` when that file cannot be read, or is not what the worker wrote.
 */
export async function finishPictureReport(draft: PictureReport, outputPath: string): Promise<PictureReport> {
  const published = await inspectPublished(outputPath);
  if (published.sha256 !== draft.output.sha256) {
    const message = `${outputPath} is not the file that was written: something else has changed it.`;
    throw new EnhancerError('output/verification-failed', message, { file: outputPath });
  }
  const finishedAt = new Date().toISOString();
  return { ...draft, finishedAt, output: { path: path.resolve(outputPath), ...published } };
}

function repairsOf({ repairedTiles }: EnhancedPicture): string[] {
  if (repairedTiles === 0) return [];
  const tiles = repairedTiles === 1 ? '1 tile' : `${repairedTiles} tiles`;
  return [`${tiles} came out wrong and were done again in smaller pieces`];
}
