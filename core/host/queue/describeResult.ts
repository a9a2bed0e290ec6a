import type { BatchSpec } from '../../api/batchSpec.ts';
import type { EnlargedImage } from '../../pool/messages.ts';
import type { MadeImage } from '../../store/madeImage.ts';
import { draftImageReport } from '../reports/imageReport.ts';

interface DescribeOptions {
  readonly keepsReports: 'all' | 'measured' | 'none';
  readonly program: string;
}

/** What is recorded about a result before it gets its name. */
export function describeResult(
  { source, target }: { readonly source: string; readonly target: string },
  { report, settings }: BatchSpec,
  image: EnlargedImage,
  { keepsReports, program }: DescribeOptions,
): MadeImage {
  const { decodeMs, inferenceMs, encodeMs, measureMs = 0 } = image.times;
  // A worker has several images at once: the time of one is that of its stages, without waiting for others.
  const elapsedMs = decodeMs + inferenceMs + encodeMs + measureMs;
  const { input, output, device, repairedTiles, warnings, quality, machine } = image;
  const { formats, measure } = report;
  const isKept = keepsReports === 'all' || (keepsReports === 'measured' && measure) || formats.length > 0;
  const result = { inputPath: source, targetPath: target, enlarged: image };
  const draft = isKept ? draftImageReport(result, { settings, program }) : undefined;
  return {
    ...{ input, output, device, repairedTiles, warnings: [...warnings], elapsedMs },
    ...(machine && { machine: machine.name }),
    ...(quality && { verdict: quality.verdict }),
    ...(draft && { draft }),
  };
}
