/**
 * @file Measures the program beside others that people would use instead: the same images, the same threads, in turns. Peers
 * and what they need are installed into `.cache/bench-peers`, never among the program's own packages.
 *
 * Usage: npm run bench:peers -- [--images 5] [--rounds 3] [--side 1224x816] [--only NAME…] [--out FOLDER] [--check]
 *
 * `peers.json` and `peers.svg` are written to the folder. With `--check` the exit code is 1 where a ratio falls short or a peer
 * is missing. `ENLARGER_BENCH_PYTHON` names a Python that has PyTorch.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { imagesOf, makeImages } from '../../../cli/bench/benchImages.ts';
import { measureEndToEnd } from '../../../cli/bench/endToEnd.ts';
import { describeMachine } from '../../../cli/machine.ts';
import { BUNDLED_MODELS, EXAMPLES_FOLDER } from '../../../cli/program.ts';
import { PeerProcess, type PeerCommand, type RoundTimes } from './peerProcess.ts';
import { peerResult, ratioChart, type PeerResult, type PeerRounds } from './peerReport.ts';
import { preparePython, prepareUpscaler, type PeerPlace } from './preparePeers.ts';

const THREADS = 2;

interface Peer {
  readonly name: string;
  readonly prepare: (place: PeerPlace) => PeerCommand;
  readonly atLeast: NonNullable<PeerRounds['atLeast']>;
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
  upscaler('esrgan-thick', 40),
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

async function runOurs(place: PeerPlace, round: string): Promise<RoundTimes> {
  const folder = path.join(place.folder, round);
  mkdirSync(folder);
  const { signal } = new AbortController();
  const options = { folder, workers: 1, threads: THREADS, signal, onStep: () => undefined };
  const { elapsedMs, pureInferenceMs } = await measureEndToEnd(place.files, options);
  rmSync(folder, { recursive: true });
  return { endToEndMs: elapsedMs, inferenceMs: pureInferenceMs };
}

async function measurePeer(peer: Peer, place: PeerPlace, index: number): Promise<PeerResult> {
  note(`${peer.name}: preparing…`);
  const { peer: running, version } = await PeerProcess.open(peer.prepare(place));
  try {
    await running.runRound(); // the first round warms it up
    const rounds: PeerRounds['rounds'][number][] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const ours = await runOurs(place, `ours-${index}-${round}`);
      const theirs = await running.runRound();
      rounds.push({ ours, theirs });
    }
    const { name, atLeast } = peer;
    return peerResult({ name, version, rounds, atLeast });
  } finally {
    running.close();
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-peers-'));
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
  for (const [index, peer] of PEERS.filter(isWanted).entries()) {
    try {
      const result = await measurePeer(peer, place, index);
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
    images: files.length,
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
  rmSync(folder, { recursive: true, force: true });
}
