/**
 * @file Measures what screenshots gain from enlarging equal parts once: draws screens of 1280 × 800 and runs the network
 * on each, alternately with and without reuse. Both results must be the same to the bit.
 *
 * Usage: node dist/tests/bench/screenReuse.js [SCREENS] [ROUNDS] [MODEL]
 */
import os from 'node:os';
import { networkModel, type EngineModel, type LoadedModel } from '../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../core/engine/registry.ts';
import { rasterStore, type RowStore } from '../../core/image/rowStore.ts';
import { findModels, readModelRegistry } from '../../core/models/modelRegistry.ts';
import { ANY_WINDOW, planPass } from '../../core/tiling/planPass.ts';
import { planReuse, type ReusePlan } from '../../core/tiling/planReuse.ts';
import { enlargePass } from '../../core/worker/enlargePass.ts';
import { BUNDLED_MODELS } from '../../cli/program.ts';
import { drawScreens } from './drawScreens.ts';

interface Subject {
  readonly source: RowStore;
  readonly model: LoadedModel;
  readonly tiling: EngineModel['tiling'];
}

interface Run {
  readonly elapsedMs: number;
  readonly pixels: ArrayLike<number>;
  readonly reusedShare: number;
}

function planFor({ source, tiling }: Subject): ReusePlan | undefined {
  const { height } = source.shape;
  const plan = planPass(source.shape, tiling, 'auto', ANY_WINDOW);
  return planReuse(source.read(0, height), { tiling, areaPx: ANY_WINDOW.areaPx, plan });
}

/** One pass over a screen; the time includes finding what is the same. */
async function run(subject: Subject, isReusing: boolean): Promise<Run> {
  const startedAt = performance.now();
  const reuse = isReusing ? planFor(subject) : undefined;
  const target = await enlargePass(subject.source, {
    ...{ model: subject.model, tiling: subject.tiling, tile: 'auto', window: ANY_WINDOW, reuse, bitDepth: 8 },
    network: 'own',
    scratchPath: '',
    signal: new AbortController().signal,
    tally: { tilesDone: 0, repairedTiles: 0 },
    onTile: () => undefined,
  });
  const elapsedMs = performance.now() - startedAt;
  const { data } = target.read(0, target.shape.height);
  target.dispose();
  return { elapsedMs, pixels: data, reusedShare: reuse?.reusedShare ?? 0 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(subject: Subject, rounds: number): Promise<{ ratio: number; reusedShare: number }> {
  const ratios: number[] = [];
  let reusedShare = 0;
  for (let round = 0; round < rounds; round++) {
    const without = await run(subject, false);
    const reusing = await run(subject, true);
    const isSame = Buffer.from(Uint8Array.from(without.pixels)).equals(
      Buffer.from(Uint8Array.from(reusing.pixels)),
    );
    if (!isSame) throw new Error('The results differ.');
    ratios.push(without.elapsedMs / reusing.elapsedMs);
    ({ reusedShare } = reusing);
  }
  return { ratio: median(ratios), reusedShare };
}

const [screens = '10', rounds = '3', name = 'fast-x2'] = process.argv.slice(2);
const [found] = findModels(await readModelRegistry(BUNDLED_MODELS), name);
if (found === undefined) throw new Error(`There is no model ${name}.`);
const model = networkModel(found);
const loaded = await loadModel(model, {
  device: chooseDevice(model, 'cpu'),
  threads: os.availableParallelism(),
});
try {
  const results: { ratio: number; reusedShare: number }[] = [];
  for (const [index, screen] of (await drawScreens(Number(screens))).entries()) {
    const subject = { source: rasterStore(screen), model: loaded, tiling: model.tiling };
    if (index === 0) await run(subject, false); // allocates memory and starts threads
    const result = await measure(subject, Number(rounds));
    results.push(result);
    const share = Math.round(100 * result.reusedShare);
    process.stdout.write(`screen ${index + 1}: ${share}% reused, ${result.ratio.toFixed(2)} times as fast\n`);
  }
  const share = results.reduce((sum, { reusedShare }) => sum + reusedShare, 0) / results.length;
  process.stdout.write(
    `all: ${Math.round(100 * share)}% reused, median ${median(results.map(({ ratio }) => ratio)).toFixed(2)} times as fast\n`,
  );
} finally {
  await loaded.dispose();
}
