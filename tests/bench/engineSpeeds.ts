/**
 * @file Compares the devices of this machine with each other, and tiles in batches with tiles one by one. Everything is run
 * alternately, and the best of each counts, so that other work on the machine disturbs little.
 *
 * Usage: node dist/tests/bench/engineSpeeds.js [ROUNDS]
 */
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { networkModel, type LoadedModel } from '../../core/engine/engine.ts';
import { loadModel, networkDevices } from '../../core/engine/registry.ts';
import { findModels, readModelRegistry } from '../../core/models/modelRegistry.ts';
import { knownTile } from '../../core/worker/probeDevice.ts';

interface Case {
  readonly name: string;
  readonly outputPixels: number;
  readonly run: () => Promise<unknown>;
  bestMs: number;
}

const MODEL = 'fast-x4';
const LARGE = { width: 256, height: 256 };
const SMALL = { width: 128, height: 128 };
const BATCH = 4;

function casesOf(id: string, loaded: LoadedModel): Case[] {
  const outputOf = ({ width, height }: typeof LARGE): number => width * height * loaded.scale ** 2;
  const large = knownTile(LARGE);
  const small = knownTile(SMALL);
  const batch = Array.from({ length: BATCH }, () => small);
  return [
    {
      name: `${id}, one tile of 256 × 256`,
      outputPixels: outputOf(LARGE),
      run: () => loaded.enlargeTile(large),
      bestMs: Infinity,
    },
    {
      name: `${id}, one tile of 128 × 128`,
      outputPixels: outputOf(SMALL),
      run: () => loaded.enlargeTile(small),
      bestMs: Infinity,
    },
    {
      name: `${id}, ${BATCH} tiles of 128 × 128 at once`,
      outputPixels: BATCH * outputOf(SMALL),
      run: async () => loaded.enlargeTiles?.(batch),
      bestMs: Infinity,
    },
  ];
}

const rounds = Number(process.argv[2] ?? 10);
const modelsFolder = fileURLToPath(new URL('../../../resources/models', import.meta.url));
const [installed] = findModels(await readModelRegistry(modelsFolder), MODEL);
if (installed === undefined) throw new Error(`There is no model ${MODEL}.`);
const threads = os.availableParallelism();
const cases: Case[] = [];
for (const device of networkDevices()) {
  if (device.missing !== undefined) {
    console.log(`${device.id}: ${device.missing.reason}`);
    continue;
  }
  await loadModel(networkModel(installed), { device, threads }).then(
    (loaded) => cases.push(...casesOf(device.id, loaded)),
    (error: unknown) => {
      console.log(`${device.id}: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
}
for (let round = 0; round < rounds; round++) {
  for (const one of cases) {
    const startedAt = performance.now();
    await one.run();
    one.bestMs = Math.min(one.bestMs, performance.now() - startedAt);
  }
}
console.log(`${MODEL}, ${threads} threads, best of ${rounds}:`);
for (const { name, outputPixels, bestMs } of cases) {
  const speed = (outputPixels / 1000 / bestMs).toFixed(2);
  console.log(`${name.padEnd(48)} ${bestMs.toFixed(1).padStart(8)} ms ${speed.padStart(7)} MP/s`);
}
