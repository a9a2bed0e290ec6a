import path from 'node:path';
import { defined } from '../../api/defined.ts';
import { EnlargerError } from '../../api/errors.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { ImageReport } from '../../api/report.ts';
import { inspectPublished } from '../../image/inspectPublished.ts';
import type { EnlargedImage } from '../../pool/messages.ts';

/** A finished result that is about to get its name, and what a worker reported about it. */
export interface FinishedResult {
  readonly inputPath: string;
  readonly targetPath: string;
  readonly enlarged: EnlargedImage;
}

export interface ReportContext {
  readonly settings: JobSettings;
  /** Name and version. */
  readonly program: string;
}

/**
 * A report before the result has its name, without what is read from the published file. It is stored
 * first, so that a crash in between does not lose it.
 */
export function draftImageReport(
  { inputPath, targetPath, enlarged }: FinishedResult,
  { settings, program }: ReportContext,
): ImageReport {
  const { decodeMs, inferenceMs, encodeMs, measureMs } = enlarged.times;
  return {
    schema: 'enlarger.report/1',
    program,
    finishedAt: new Date().toISOString(),
    input: { path: path.resolve(inputPath), ...enlarged.input },
    output: { path: path.resolve(targetPath), ...enlarged.output, iccSha256: null, orientation: 1 },
    passes: [...enlarged.passes],
    device: enlarged.device,
    ...defined({ machine: enlarged.machine }),
    tiles: {
      ...enlarged.tiling,
      count: enlarged.tiles,
      ...defined({ reusedShare: enlarged.reusedShare }),
    },
    repairs: repairsOf(enlarged),
    warnings: [...enlarged.warnings],
    settings,
    ...(enlarged.choice && { choice: enlarged.choice }),
    stagesMs: {
      decode: decodeMs,
      inference: inferenceMs,
      encode: encodeMs,
      ...(measureMs !== undefined && { measure: measureMs }),
    },
    quality: enlarged.quality ?? null,
  };
}

/**
 * Finishes a report: what it states of the output is read from the published file.
 *
 * @throws EnlargerError `output/verification-failed` when that file cannot be read, or is not what the worker wrote.
 */
export async function finishImageReport(draft: ImageReport, outputPath: string): Promise<ImageReport> {
  const published = await inspectPublished(outputPath);
  if (published.sha256 !== draft.output.sha256) {
    const message = `${outputPath} is not the file that was written: it was changed by another program.`;
    throw new EnlargerError('output/verification-failed', message, { file: outputPath });
  }
  const finishedAt = new Date().toISOString();
  return { ...draft, finishedAt, output: { path: path.resolve(outputPath), ...published } };
}

function repairsOf({ repairedTiles }: EnlargedImage): string[] {
  if (repairedTiles === 0) return [];
  const tiles = repairedTiles === 1 ? '1 tile' : `${repairedTiles} tiles`;
  return [`${tiles} came out wrong and were repeated in smaller pieces`];
}
