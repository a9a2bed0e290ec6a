import type { EnlargedImage, StageTimes } from '../../pool/messages.ts';
import type { WrittenFile } from '../../image/writeOutput.ts';
import { VERDICTS, type QualityReport } from '../../api/report.ts';
import type { JobHooks } from '../oneImage.ts';

function summedTimes(results: readonly EnlargedImage[]): StageTimes {
  const sum = (pick: (times: StageTimes) => number | undefined): number =>
    results.reduce((total, { times }) => total + (pick(times) ?? 0), 0);
  const isMeasured = results.some(({ times }) => times.measureMs !== undefined);
  return {
    decodeMs: sum(({ decodeMs }) => decodeMs),
    inferenceMs: sum(({ inferenceMs }) => inferenceMs),
    encodeMs: sum(({ encodeMs }) => encodeMs),
    ...(isMeasured && { measureMs: sum(({ measureMs }) => measureMs) }),
  };
}

/** The report on the worst page or frame: a single bad one has to be visible. */
function worstQuality(results: readonly EnlargedImage[]): QualityReport | undefined {
  const rank = ({ verdict }: QualityReport): number => VERDICTS.indexOf(verdict);
  return results
    .map(({ quality }) => quality)
    .filter((quality) => quality !== undefined)
    .reduce<QualityReport | undefined>(
      (worst, one) => (worst === undefined || rank(one) > rank(worst) ? one : worst),
      undefined,
    );
}

/**
 * The results of all pages or frames as one: sizes and networks are those of the first, tiles and times are summed.
 *
 * @param file The file that contains all of them.
 */
export function combineResults(
  results: readonly [EnlargedImage, ...EnlargedImage[]],
  file: Pick<WrittenFile, 'sizeBytes' | 'sha256'>,
  warnings: readonly string[],
): EnlargedImage {
  const [first] = results;
  const quality = worstQuality(results);
  const sum = (pick: (result: EnlargedImage) => number): number =>
    results.reduce((total, one) => total + pick(one), 0);
  const reused = sum(({ reusedShare = 0 }) => reusedShare) / results.length;
  return {
    ...first,
    output: { ...first.output, ...file },
    frames: results.length,
    tiles: sum(({ tiles }) => tiles),
    repairedTiles: sum(({ repairedTiles }) => repairedTiles),
    ...(reused > 0 && { reusedShare: reused }),
    warnings: [...new Set([...results.flatMap((one) => one.warnings), ...warnings])],
    times: summedTimes(results),
    ...(quality && { quality }),
  };
}

/** The hooks of one page or frame: its progress is a part of the whole's. */
export function partHooks(hooks: JobHooks, index: number, count: number): JobHooks {
  return {
    ...hooks,
    onProgress: (tilesDone, tilesTotal) => {
      hooks.onProgress(index * tilesTotal + tilesDone, count * tilesTotal);
    },
  };
}
