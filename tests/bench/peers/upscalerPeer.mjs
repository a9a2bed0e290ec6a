/**
 * @file UpscalerJS on native TensorFlow.js as a peer of `benchPeers`: a process that stays warm. For each line on its standard
 * input it enlarges all images end to end and prints one line of JSON: `{ endToEndMs, inferenceMs }`.
 *
 * Usage: node upscalerPeer.mjs CACHE_FOLDER MODEL OUTPUT_FOLDER IMAGE…
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/** Whole images do not fit in memory with the larger models; this is what its guide recommends, in larger pieces. */
const PATCHES = { patchSize: 128, padding: 8 };
const JPEG_QUALITY = 95;

const [cacheFolder, modelName, outputFolder, ...files] = process.argv.slice(2);
// Not named `require`: what it loads is in the cache, and no part of the program.
const load = createRequire(path.join(cacheFolder, 'package.json'));
const tf = load('@tensorflow/tfjs-node-gpu');
const library = load('upscaler/node-gpu');
const Upscaler = library.default ?? library;
const loaded = load(`@upscalerjs/${modelName}/4x`);
const upscaler = new Upscaler({ model: loaded.default ?? loaded });

async function enlarge(file) {
  const input = tf.node.decodeImage(readFileSync(file), 3);
  const startedAt = performance.now();
  const output = await upscaler.execute(input, { output: 'tensor', ...PATCHES });
  await output.data();
  const inferenceMs = performance.now() - startedAt;
  const rounded = tf.tidy(() => output.clipByValue(0, 255).round().cast('int32'));
  const bytes = await tf.node.encodeJpeg(rounded, 'rgb', JPEG_QUALITY, false, false, false);
  writeFileSync(path.join(outputFolder, `${path.basename(file)}.jpg`), bytes);
  tf.dispose([input, output, rounded]);
  return inferenceMs;
}

await upscaler.ready;
process.stdout.write(`${JSON.stringify({ ready: `upscaler, tfjs ${tf.version.tfjs}` })}\n`);
const requests = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
while (!(await requests.next()).done) {
  const startedAt = performance.now();
  let inferenceMs = 0;
  for (const file of files) inferenceMs += await enlarge(file);
  process.stdout.write(`${JSON.stringify({ endToEndMs: performance.now() - startedAt, inferenceMs })}\n`);
}
