/**
 * @file Measures whether a network is faster on the processor when it gets several equal tiles in one run; the reason
 * for giving it one at a time (docs/reliability.md).
 *
 * Usage: node dist/tests/bench/batchedTiles.js MODEL [THREADS]
 */
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from '../../core/engine/onnxLoader.ts';
import { sessionOptions } from '../../core/engine/onnxRuntime.ts';
import { findModels, readModelFiles, readModelRegistry } from '../../core/models/modelRegistry.ts';

const MODELS = fileURLToPath(new URL('../../../resources/models', import.meta.url));
const SIDES_PX = [32, 64, 128, 256, 443];
const BATCHES = [1, 2, 4];
const BUDGET_MS = 20_000;
const MIN_ROUNDS = 4;
const MAX_ROUNDS = 60;

const [name = 'fast-x4', threads = String(os.availableParallelism())] = process.argv.slice(2);
const [model] = findModels(await readModelRegistry(MODELS), name);
if (model === undefined) throw new Error(`There is no model ${name}.`);
const { input } = model.manifest;
const [weights] = (await readModelFiles(model, 'onnx')).values();
if (weights === undefined) throw new Error(`${name} has no weights.`);
const session = await InferenceSession.create(weights, sessionOptions('cpu', Number(threads)));

async function msPerTile(sidePx: number, batch: number): Promise<number> {
  const values = Float32Array.from(
    { length: batch * 3 * sidePx * sidePx },
    (_, i) => ((i * 7919) % 255) / 255,
  );
  const tensor = new Tensor('float32', values, [batch, 3, sidePx, sidePx]);
  const startedAt = performance.now();
  await session.run({ [input.name]: tensor });
  return (performance.now() - startedAt) / batch;
}

for (const sidePx of SIDES_PX) {
  const best = new Map(BATCHES.map((batch) => [batch, Infinity]));
  const startedAt = performance.now();
  // Interleaved, so that a machine that becomes slower affects all alike; the first round warms up.
  const isOver = (): boolean => performance.now() - startedAt > BUDGET_MS;
  for (let round = 0; round < MIN_ROUNDS || (round < MAX_ROUNDS && !isOver()); round++) {
    for (const batch of BATCHES) {
      const ms = await msPerTile(sidePx, batch);
      if (round > 0) best.set(batch, Math.min(best.get(batch) ?? Infinity, ms));
    }
  }
  const alone = best.get(1) ?? Infinity;
  const figures = [...best].map(([batch, ms]) => `${batch}: ${ms.toFixed(2)} (${(ms / alone).toFixed(2)})`);
  process.stdout.write(
    `${name}, ${threads} threads, ${sidePx} px, ms a tile by batch: ${figures.join(', ')}\n`,
  );
}
await session.release();
