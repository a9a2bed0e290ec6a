import type { Machine } from '../machine.ts';
import { table } from '../text.ts';
import type { EndToEnd } from './endToEnd.ts';
import { BENCH_TILE, type EngineSpeeds } from './measureModels.ts';
import type { StartUp } from './startUp.ts';

/** Increases when a field changes its meaning or disappears. */
export const BENCH_SCHEMA = 'enlarger.bench/1';

export interface BenchResult {
  readonly schema: typeof BENCH_SCHEMA;
  readonly machine: Machine;
  /** Processor threads for one run of a network. */
  readonly threads: number;
  readonly workers: number;
  readonly engine: EngineSpeeds;
  readonly endToEnd: EndToEnd;
  readonly startUp: StartUp;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function describeEndToEnd({ endToEnd, workers }: BenchResult): string {
  const {
    pictures: images,
    outputMegapixels,
    elapsedMs,
    outputMegapixelsPerSecond,
    model,
    ratio,
    reportShare,
  } = endToEnd;
  const [before, after] = endToEnd.pureInferencePassesMs;
  const shared = workers > 1 ? `, shared among ${workers} workers` : '';
  return [
    `From file to file: ${images} images, ${outputMegapixels.toFixed(0)} MP of output with ${model} in ` +
      `${seconds(elapsedMs)} (${outputMegapixelsPerSecond.toFixed(1)} MP/s).`,
    `Inference alone took ${seconds(before)} before and ${seconds(after)} after${shared}: ` +
      `end to end takes ${ratio.toFixed(2)} times as long.`,
    `Checking the results: ${(100 * reportShare).toFixed(1)}% of the enlargement.`,
  ].join('\n');
}

/** The figures as text. */
export function benchText(result: BenchResult): string {
  const { machine, engine, startUp, threads } = result;
  const rows = engine.models.map((model) => [
    model.id,
    model.bestMs.toFixed(1),
    model.outputMegapixelsPerSecond.toFixed(1),
    model.gigaflops.toFixed(0),
    percent(model.shareOfPeak),
  ]);
  return `${[
    `${machine.processor}, ${machine.cores} cores, ${machine.platform}`,
    `enlarger ${machine.program}, Node ${machine.node}, onnxruntime ${machine.onnxruntime}, ` +
      `sharp ${machine.sharp} (libvips ${machine.libvips})`,
    '',
    `Convolution peak: ${engine.peakGigaflops.toFixed(0)} GFLOP/s ` +
      `(64 → 64 channels, 3 × 3, ${threads} threads; best of all rounds).`,
    '',
    table(
      ['model', `ms for ${BENCH_TILE.width} × ${BENCH_TILE.height}`, 'result MP/s', 'GFLOP/s', 'of peak'],
      rows,
    ),
    '',
    describeEndToEnd(result),
    '',
    `From the start of the program: first image after ${seconds(startUp.firstImageMs)}, ` +
      `first tile done after ${seconds(startUp.firstTileMs)}.`,
  ].join('\n')}\n`;
}
