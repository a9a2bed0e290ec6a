import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../../../core/api/jobSettings.ts';
import { estimateWork } from '../../../../core/host/estimates/estimateWork.ts';
import type { ImageWork } from '../../../../core/host/estimates/estimateImage.ts';
import { NO_RATES, readRates, type MachineRates } from '../../../../core/host/estimates/machineRates.ts';
import { photoMs } from '../../../../core/host/estimates/photoTime.ts';
import { RateLearner } from '../../../../core/host/estimates/learnRates.ts';
import { readModelRegistry } from '../../../../core/models/modelRegistry.ts';
import type { EnlargedImage } from '../../../../core/pool/messages.ts';
import { openMemoryStore } from '../../../../core/store/openStore.ts';
import { modelsFolder } from '../../../support/images.ts';

const registry = await readModelRegistry(modelsFolder);
const FAST: JobSettings = { ...DEFAULT_JOB_SETTINGS, model: 'fast' };
const IMAGE: ImageWork = {
  format: 'jpeg',
  outputFormat: 'jpeg',
  from: { width: 1000, height: 500 },
  to: { width: 4000, height: 2000 },
  frames: 1,
};

function made(over: Partial<EnlargedImage> = {}): EnlargedImage {
  return {
    kind: 'enhanced',
    input: { width: 1000, height: 500, format: 'jpeg', sizeBytes: 1000, sha256: '' },
    output: { width: 4000, height: 2000, format: 'jpeg', sizeBytes: 4_000_000, sha256: '' },
    models: ['fast-x4'],
    device: 'onnx:cpu',
    passes: [{ id: 'fast-x4', scale: 4, sha256: null }],
    tiling: { tilePx: 0, contextPx: 0 },
    tiles: 1,
    repairedTiles: 0,
    warnings: [],
    times: { decodeMs: 10, inferenceMs: 800, encodeMs: 190 },
    ...over,
  };
}

function estimate(rates: MachineRates, images: readonly ImageWork[], settings = FAST, unsized = 0) {
  return estimateWork({ images, unsized, workers: 1 }, { rates, registry, settings, measure: false });
}

/** Rates after results that followed one another without a gap, each a second after the last. */
function learned(count: number, image = made(), settings = FAST): MachineRates {
  const store = openMemoryStore();
  const learner = new RateLearner(store);
  for (let index = 1; index <= count; index++) {
    learner.add({ settings, image, elapsedMs: 1000 }, index * 1000);
  }
  return readRates(store);
}

test('without an earlier result the time is unknown and the size comes from defaults', () => {
  const { elapsedMs, sizeFrom, images, outputMegapixels } = estimate(NO_RATES, [IMAGE]);
  expect({ elapsedMs, sizeFrom, images, outputMegapixels }).toEqual({
    elapsedMs: undefined,
    sizeFrom: 'defaults',
    images: 1,
    outputMegapixels: 8,
  });
});

test('learned rates are read from the store, and give the time and the bytes of the same work', () => {
  const { elapsedMs, sizeBytes, sizeFrom } = estimate(
    learned(5),
    Array.from({ length: 10 }, () => IMAGE),
  );
  expect(elapsedMs).toBeCloseTo(10_000, -2);
  expect(sizeBytes).toBeCloseTo(40_000_000, -3);
  expect(sizeFrom).toBe('earlier-results');
});

test('overlapping work only counts as far as it delays the next image', () => {
  const store = openMemoryStore();
  const learner = new RateLearner(store);
  for (let index = 1; index <= 20; index++)
    learner.add({ settings: FAST, image: made(), elapsedMs: 1000 }, index * 850);
  const { elapsedMs = 0 } = estimate(
    readRates(store),
    Array.from({ length: 100 }, () => IMAGE),
  );
  expect(elapsedMs).toBeGreaterThan(84_000);
  expect(elapsedMs).toBeLessThan(86_500);
});

test('time during which the queue was idle is not learned', () => {
  const store = openMemoryStore();
  const learner = new RateLearner(store);
  learner.add({ settings: FAST, image: made(), elapsedMs: 1000 }, 1000);
  learner.add({ settings: FAST, image: made(), elapsedMs: 1000 }, 500_000);
  learner.add({ settings: FAST, image: made(), elapsedMs: 400_000 }, 900_000);
  expect(readRates(store).overlap.betweenMs).toBe(0);
});

test('a network that has never run is estimated by its arithmetic', () => {
  const rates = learned(3);
  const slow = registry.find(({ manifest }) => manifest.id === 'srresnet');
  const fast = registry.find(({ manifest }) => manifest.id === 'fast-x4');
  const ratio = (slow?.manifest.macs ?? 0) / (fast?.manifest.macs ?? 1);
  const { elapsedMs = 0 } = estimate(rates, [IMAGE], { ...FAST, model: 'srresnet' });
  expect(elapsedMs).toBeCloseTo(800 * ratio + 200, -1);
});

test('auto is the mean of the families that it chose before, and unknown before', () => {
  const auto = { ...DEFAULT_JOB_SETTINGS };
  expect(estimate(learned(3), [IMAGE], auto).elapsedMs).toBeUndefined();
  const choice = { family: 'fast', strength: 1, reason: 'clean' } as unknown as EnlargedImage['choice'];
  const rates = learned(3, made({ ...(choice && { choice }) }), auto);
  expect(estimate(rates, [IMAGE], auto).elapsedMs).toBeCloseTo(1000, -1);
});

test('several workers divide the work', () => {
  const store = openMemoryStore();
  const learner = new RateLearner(store);
  for (let index = 1; index <= 20; index++) {
    learner.add({ settings: FAST, image: made(), elapsedMs: 1000 }, index * 400);
  }
  const { elapsedMs = 0 } = estimate(
    readRates(store),
    Array.from({ length: 100 }, () => IMAGE),
  );
  expect(elapsedMs).toBeGreaterThan(39_500);
  expect(elapsedMs).toBeLessThan(41_500);
});

test('frames multiply the work, and images without a size count as the mean', () => {
  const rates = learned(5);
  const one = estimate(rates, [IMAGE]).outputMegapixels;
  expect(estimate(rates, [{ ...IMAGE, frames: 7 }]).outputMegapixels).toBe(7 * one);
  const many = Array.from({ length: 10 }, () => IMAGE);
  expect(estimate(rates, many, FAST, 10).elapsedMs).toBeCloseTo(20_000, -2);
});

test('for small images, memory is that of a window; it does not grow with results that are kept in a file', () => {
  const memoryMb = (side: number): number => {
    const from = { width: side, height: side };
    const to = { width: 4 * side, height: 4 * side };
    return estimate(NO_RATES, [{ ...IMAGE, from, to }]).memoryBytes / 2 ** 20;
  };
  // Peaks that were measured; see `workMemory.ts`.
  expect(memoryMb(128)).toBeCloseTo(118 + 188, -1);
  expect(memoryMb(3464)).toBeGreaterThan(0.9 * (118 + 643));
  expect(memoryMb(3464)).toBeLessThan(1.1 * (118 + 643));
  expect(memoryMb(10_000)).toBeLessThan(1200);
});

test('rates that cannot be read count as unknown, and the others are kept', () => {
  const store = openMemoryStore();
  store.noteFact('machine-rates', '{"inference": 7, "choices": {"fast": 3}, "later": {}}');
  expect(readRates(store)).toMatchObject({ inference: {}, choices: { fast: 3 } });
  store.noteFact('machine-rates', 'not JSON');
  expect(readRates(store)).toEqual(NO_RATES);
});

test('the table of rates stays small, however many networks are tried', () => {
  const store = openMemoryStore();
  const learner = new RateLearner(store);
  for (let index = 0; index < 200; index++) {
    learner.add({ settings: FAST, image: made({ models: [`network-${index}`] }), elapsedMs: 1000 }, index);
  }
  const names = Object.keys(readRates(store).inference);
  expect(names.length).toBeLessThanOrEqual(64);
  expect(names.at(-1)).toBe('onnx:cpu network-199');
});

test('the time of a photograph is known for the networks that have run here, in proportion to its pixels', () => {
  const rates = learned(4);
  // 8 megapixels of output in 800 ms, so 192 of a photograph at ×4 need 19.2 s.
  expect(photoMs({ id: 'fast-x4', scale: 4 }, rates)).toBe(19_200);
  expect(photoMs({ id: 'photo-x4', scale: 4 }, rates)).toBeUndefined();
  expect(photoMs({ id: 'fast-x4', scale: 4 }, NO_RATES)).toBeUndefined();
});

test('small images alone do not predict the time of a photograph, and hardly count next to a large one', () => {
  const store = openMemoryStore();
  const learner = new RateLearner(store);
  const add = (megapixels: number, inferenceMs: number): void => {
    const side = 1000 * Math.sqrt(megapixels);
    const { input, output, times, ...rest } = made({});
    const image = {
      ...rest,
      input: { ...input, width: side, height: side },
      output: { ...output, width: 4 * side, height: 4 * side },
      times: { ...times, inferenceMs },
    };
    learner.add({ settings: FAST, image, elapsedMs: inferenceMs });
  };
  const model = { id: 'fast-x4', scale: 4 };
  // A tenth of the speed, as with tiles that are mostly border.
  for (let index = 0; index < 10; index++) add(0.04, 640);
  expect(photoMs(model, readRates(store))).toBeUndefined();
  add(2, 3_200);
  expect(photoMs(model, readRates(store))).toBeGreaterThan(19_000);
  expect(photoMs(model, readRates(store))).toBeLessThan(22_000);
});
