import { describe, expect, test } from 'vitest';
import type { Size } from '../../../core/api/image.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { Store } from '../../../core/store/store.ts';
import { seededRandom } from '../../support/seededRandom.ts';
import { SimulatedRun } from '../../support/simulatedQueue.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const IMAGES = 12;
const SAMPLE: Size = { width: 250, height: 220 };

/** Sides from 100 to 3,000 px, small ones as often as large ones. */
function mixedSizes(random: () => number): Size[] {
  return Array.from({ length: IMAGES }, () => {
    const side = 100 * 30 ** random();
    return { width: Math.round(side * 1.5), height: Math.round(side) };
  });
}

/** Anything shorter is "a few seconds". */
const shownMs = (ms: number): number => Math.max(8_000, ms);

interface Round {
  readonly run: SimulatedRun;
  readonly sizes: readonly Size[];
  readonly random: () => number;
  /** How much slower the machine is than during the sample. */
  readonly load: number;
  /** Called before each image. @returns The run that continues. */
  readonly before: (index: number, run: SimulatedRun) => SimulatedRun;
}

/** How far each estimate is from the truth, as a factor above or below 1, from the second image on. */
async function factorsOf({ run, sizes, random, load, before }: Round): Promise<number[]> {
  const [estimates, taken]: [(number | undefined)[], number[]] = [[], []];
  let running = run;
  for (const [index, size] of sizes.entries()) {
    running = before(index, running);
    estimates.push(await running.remainingMs());
    taken.push(running.workOnce(size, load * (0.85 + 0.3 * random())));
  }
  return estimates.flatMap((estimate = Number.NaN, index) => {
    const truth = taken.slice(index).reduce((sum, ms) => sum + ms, 0);
    return index < 2 ? [] : [shownMs(estimate) / shownMs(truth)];
  });
}

/** A store in which the sample was enlarged, as a new user does first. */
function afterSample(folder: string): { readonly store: Store; readonly run: SimulatedRun } {
  const store = openMemoryStore();
  const run = new SimulatedRun(store, folder, 0);
  run.addBatch([SAMPLE]);
  run.workOnce(SAMPLE, 1);
  return { store, run };
}

const worst = (factors: readonly number[]): number =>
  Math.max(...factors.map((factor) => Math.max(factor, 1 / factor)));

describe('the estimate of a batch of mixed sizes is right within a factor of 1.5 from the second image on', () => {
  const BATCHES = Array.from({ length: 7 }, (_, seed) => ({
    seed: seed + 1,
    load: [1, 1, 2.5, 0.6][seed % 4] ?? 1,
  }));

  test.each(BATCHES)('after the sample (batch $seed, load $load)', async ({ seed, load }) => {
    const random = seededRandom(seed);
    const { run } = afterSample(temporaryFolder());
    const sizes = mixedSizes(random);
    run.addBatch(sizes);
    const factors = await factorsOf({ run, sizes, random, load, before: (_, same) => same });
    expect(worst(factors), factors.join(' ')).toBeLessThan(1.5);
  });

  test.each(BATCHES)('after a pause (batch $seed, load $load)', async ({ seed, load }) => {
    const random = seededRandom(100 + seed);
    const { run } = afterSample(temporaryFolder());
    const sizes = mixedSizes(random);
    run.addBatch(sizes);
    const before: Round['before'] = (index, same) => {
      if (index === 3) same.pause(40_000);
      return same;
    };
    const factors = await factorsOf({ run, sizes, random, load, before });
    expect(worst(factors), factors.join(' ')).toBeLessThan(1.5);
  });

  test.each(BATCHES.slice(0, 6))('after a quit (batch $seed, load $load)', async ({ seed, load }) => {
    const random = seededRandom(200 + seed);
    const folder = temporaryFolder();
    const { store, run } = afterSample(folder);
    const sizes = mixedSizes(random);
    run.addBatch(sizes);
    const before: Round['before'] = (index, same) =>
      index === 4 ? new SimulatedRun(store, folder, same.now + 3_600_000) : same;
    const factors = await factorsOf({ run, sizes, random, load, before });
    expect(worst(factors), factors.join(' ')).toBeLessThan(1.5);
  });
});

test('a long list is estimated by some of its images, and only their headers are read', async () => {
  const random = seededRandom(7);
  const { run } = afterSample(temporaryFolder());
  const sizes = Array.from({ length: 40 }, () => mixedSizes(random)).flat();
  run.addBatch(sizes);
  for (const size of sizes.slice(0, 3)) run.workOnce(size, 1);
  const estimate = await run.remainingMs();
  const truth = sizes.slice(3).reduce((sum, size) => sum + run.workOnce(size, 1), 0);
  expect(worst([(estimate ?? Number.NaN) / truth])).toBeLessThan(1.5);
});
