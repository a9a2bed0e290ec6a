/**
 * @file Measures the program against others that people would use instead: the same images, the same threads, alternately. Peers
 * and what they need are installed into `.cache/bench-peers`, never among the program's own packages.
 *
 * Usage: npm run bench:peers -- [--images 5] [--rounds 3] [--side 1224x816] [--only NAME…] [--out FOLDER] [--check]
 *
 * All programs stay warm: the first round is not counted. A peer that is much slower gets the first image alone, as ours
 * does in the same rounds.
 *
 * `peers.json` and `peers.svg` are written to the folder. With `--check` the exit code is 1 where a ratio falls short or a peer
 * is missing. `ENLARGER_BENCH_PYTHON` names a Python that has PyTorch.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { imagesOf, makeImages } from '../../../cli/bench/benchImages.ts';
import { measuredModel, openPool, timeBatch } from '../../../cli/bench/endToEnd.ts';
import { pureInferenceMs } from '../../../cli/bench/pureInference.ts';
import { describeMachine } from '../../../cli/machine.ts';
import { BUNDLED_MODELS, EXAMPLES_FOLDER } from '../../../cli/program.ts';
import type { LocalPool } from '../../../core/pool/localPool.ts';
import { PeerProcess, type PeerCommand, type RoundTimes } from './peerProcess.ts';
import { peerResult, ratioChart, type PeerResult, type PeerRounds } from './peerReport.ts';
import { preparePython, prepareUpscaler, type PeerPlace } from './preparePeers.ts';

const THREADS = 2;

interface Peer {
  readonly name: string;
  readonly prepare: (place: PeerPlace) => PeerCommand;
  readonly atLeast: NonNullable<PeerRounds['atLeast']>;
  /** Takes so much longer than the others that one image has to do. */
  readonly isSlow?: boolean;
}

function upscaler(model: string, endToEnd: number): Peer {
  const name = `UpscalerJS ${model} (native)`;
  return { name, prepare: (place) => prepareUpscaler(model, place), atLeast: { endToEnd } };
}

function python(name: string, engine: Parameters<typeof preparePython>[0], inference: number): Peer {
  return { name, prepare: (place) => preparePython(engine, place), atLeast: { inference } };
}

/** What each has to take, in times of ours. The last three run our network, so that only the engines differ. */
const PEERS: readonly Peer[] = [
  upscaler('esrgan-slim', 2.6),
  upscaler('esrgan-medium', 5),
  { ...upscaler('esrgan-thick', 40), isSlow: true },
  python('PyTorch, fast-x4', 'torch', 1.25),
  python('ncnn, fast-x4', 'ncnn', 1.5),
  python('OpenVINO, fast-x4', 'openvino', 1),
];

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    side: { type: 'string', default: '1224x816' },
    only: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: '.' },
    check: { type: 'boolean', default: false },
  },
});

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

const NEVER_ABORTED = new AbortController().signal;

/** One round of ours, in a pool that stays warm as the peers do. */
async function runOurs(pool: LocalPool, place: PeerPlace, round: string): Promise<RoundTimes> {
  const folder = path.join(place.folder, round);
  mkdirSync(folder);
  const { elapsedMs } = await timeBatch(place.files, { folder, pool, signal: NEVER_ABORTED });
  rmSync(folder, { recursive: true });
  const engine = { threads: THREADS, signal: NEVER_ABORTED };
  return {
    endToEndMs: elapsedMs,
    inferenceMs: await pureInferenceMs(place.files, await measuredModel(), engine),
  };
}

async function measurePeer(
  { name, prepare, atLeast }: Peer,
  pool: LocalPool,
  place: PeerPlace,
): Promise<PeerResult> {
  note(`${name}: preparing…`);
  const { peer, version } = await PeerProcess.open(prepare(place));
  try {
    await peer.runRound(); // the first round warms it up
    const rounds: PeerRounds['rounds'][number][] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const ours = await runOurs(pool, place, `ours-${round}`);
      rounds.push({ ours, theirs: await peer.runRound() });
    }
    return peerResult({ name, version, images: place.files.length, rounds, atLeast });
  } finally {
    peer.close();
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-peers-'));
const pool = openPool({ workers: 1, threads: THREADS });
try {
  const [width = 1224, height = 816] = values.side.split('x').map(Number);
  const inputs = path.join(folder, 'inputs');
  mkdirSync(inputs);
  const sources = await imagesOf(EXAMPLES_FOLDER);
  const files = await makeImages(sources, inputs, { count: Number(values.images), size: { width, height } });
  const place = {
    weights: path.join(BUNDLED_MODELS, 'fast-x4', 'weights.onnx'),
    threads: THREADS,
    folder,
    files,
  };
  const results: PeerResult[] = [];
  const skipped: { readonly name: string; readonly why: string }[] = [];
  const isWanted = ({ name }: Peer): boolean =>
    values.only.length === 0 || values.only.some((part) => name.toLowerCase().includes(part.toLowerCase()));
  await runOurs(pool, place, 'warm-up');
  for (const peer of PEERS.filter(isWanted)) {
    try {
      const measured = peer.isSlow === true ? { ...place, files: files.slice(0, 1) } : place;
      const result = await measurePeer(peer, pool, measured);
      results.push(result);
      const { endToEnd, inference } = result;
      const spread = `${endToEnd.least.toFixed(2)}–${endToEnd.most.toFixed(2)}`;
      note(
        `${peer.name}: ${endToEnd.median.toFixed(2)} × (${spread}); inference ${inference.median.toFixed(2)} ×`,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      skipped.push({ name: peer.name, why });
      note(`${peer.name}: skipped, ${why}`);
    }
  }
  mkdirSync(values.out, { recursive: true });
  const made = {
    machine: describeMachine(),
    threads: THREADS,
    width,
    height,
    results,
    skipped,
  };
  writeFileSync(path.join(values.out, 'peers.json'), `${JSON.stringify(made, null, 2)}\n`);
  writeFileSync(path.join(values.out, 'peers.svg'), ratioChart(results));
  const shortfalls = results.flatMap((result) => result.shortfalls);
  for (const shortfall of shortfalls) note(`falls short: ${shortfall}`);
  if (values.check && (shortfalls.length > 0 || skipped.length > 0)) process.exitCode = 1;
} finally {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
}
