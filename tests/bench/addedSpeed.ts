/**
 * @file Compares an ncnn network in Enlarger, added as a person adds it, with the same files in ncnn: one tile of
 * 128 × 128 px, two threads, alternately. Prints how long adding took, the time of every round and the median ratio.
 *
 * Usage: node dist/tests/bench/addedSpeed.js FILE.param [ROUNDS]; `ENLARGER_BENCH_PYTHON` names a Python with NumPy and Pillow.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { imagesOf, makeImages } from '../../cli/bench/benchImages.ts';
import { EXAMPLES_FOLDER } from '../../cli/program.ts';
import { networkModel, type LoadedModel } from '../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../core/engine/registry.ts';
import { addedModelsFolder, readModelRegistry } from '../../core/models/modelRegistry.ts';
import { knownTile } from '../../core/worker/probeDevice.ts';
import { PeerProcess } from './peers/peerProcess.ts';
import { preparePython } from './peers/preparePeers.ts';

const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const TILE = { width: 128, height: 128 };
const THREADS = 2;

/** @returns Seconds that adding took. */
function addModel(file: string, data: string): number {
  const startedAt = performance.now();
  const env = { ...process.env, ENLARGER_DATA: data };
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'models', 'add', file], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Adding ended with ${String(status)}: ${stderr}`);
  return (performance.now() - startedAt) / 1000;
}

async function loadAdded(data: string): Promise<LoadedModel> {
  const [added] = await readModelRegistry(addedModelsFolder(data));
  if (added === undefined) throw new Error('Nothing was added.');
  const model = networkModel(added);
  return loadModel(model, { device: chooseDevice(model, 'cpu'), threads: THREADS });
}

/** Runs both alternately. @returns How many times as long as Enlarger ncnn took, in each round. */
async function compare(ours: LoadedModel, ncnn: PeerProcess, rounds: number): Promise<number[]> {
  const tile = knownTile(TILE);
  await ours.enlargeTile(tile);
  await ncnn.runRound();
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await ours.enlargeTile(tile);
    const oursMs = performance.now() - startedAt;
    const { inferenceMs } = await ncnn.runRound();
    process.stdout.write(`Enlarger ${oursMs.toFixed(0)} ms, ncnn ${inferenceMs.toFixed(0)} ms\n`);
    ratios.push(inferenceMs / oursMs);
  }
  return ratios.toSorted((a, b) => a - b);
}

const [file = '', rounds = '5'] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-added-'));
try {
  process.stdout.write(`added in ${addModel(file, path.join(folder, 'data')).toFixed(1)} s\n`);
  const ours = await loadAdded(path.join(folder, 'data'));
  // The peer writes its results into the other folder, under the same names.
  const images = path.join(folder, 'images');
  mkdirSync(images);
  const files = await makeImages(await imagesOf(EXAMPLES_FOLDER), images, { count: 1, size: TILE });
  const place = { weights: file, threads: THREADS, folder, files };
  const { peer, version } = await PeerProcess.open(preparePython('ncnn', place));
  const ratios = await compare(ours, peer, Number(rounds));
  peer.close();
  const median = ratios[Math.floor(ratios.length / 2)];
  process.stdout.write(`${version}: ${median?.toFixed(2)} times as long as Enlarger\n`);
  await ours.dispose();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
