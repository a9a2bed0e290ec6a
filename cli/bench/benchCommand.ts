import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../../core/api/errors.ts';
import { readModelRegistry } from '../../core/models/modelRegistry.ts';
import { machineSize, planWorkers } from '../../core/pool/workerPlan.ts';
import { onInterrupt } from '../interrupts.ts';
import { describeMachine } from '../machine.ts';
import { BUNDLED_MODELS, EXAMPLES_FOLDER, EXIT } from '../program.ts';
import { makeImages, imagesOf } from './benchImages.ts';
import { benchProgress } from './benchProgress.ts';
import { BENCH_SCHEMA, benchText, type BenchResult } from './benchReport.ts';
import { measureEndToEnd } from './endToEnd.ts';
import { measureModels, type EngineSpeeds } from './measureModels.ts';
import { measureStartUp } from './startUp.ts';

const optionsSchema = z.object({ json: z.boolean(), quick: z.boolean(), pictures: z.string().optional() });

type BenchOptions = z.infer<typeof optionsSchema>;

/** Upper limits, within the available time. */
interface Effort {
  readonly rounds: number;
  readonly images: number;
  readonly starts: number;
  /** Deadlines counted from the first measurement: for the start of the program, the models, and everything. */
  readonly untilMs: { readonly starts: number; readonly models: number; readonly end: number };
}

const FULL: Effort = {
  rounds: 12,
  images: 20,
  starts: 5,
  untilMs: { starts: 5_000, models: 22_000, end: 56_000 },
};
const QUICK: Effort = {
  rounds: 3,
  images: 3,
  starts: 1,
  untilMs: { starts: 0, models: 8_000, end: 20_000 },
};

/** The settings that `endToEnd.ts` measures with. */
const MEASURED_MODEL = 'fast-x4';
const OUTPUT_MEGAPIXELS = 16;

/** A shorter batch would measure the start of its worker. */
const MIN_IMAGES = 3;

/** Inference alone before and after, and a batch that takes 1.4 times as long at most. */
const PASSES_OF_IMAGES = 3.4;

/** An image of a single tile, so that the start is measured and not the network. */
const START_IMAGE = { width: 96, height: 64 };

/** How many images of one megapixel fit into a time. */
export function countThatFits(
  leftMs: number,
  { models }: Pick<EngineSpeeds, 'models'>,
  { images }: Pick<Effort, 'images'>,
): number {
  const speed = models.find(({ id }) => id === MEASURED_MODEL)?.outputMegapixelsPerSecond ?? 1;
  const imageMs = ((PASSES_OF_IMAGES * OUTPUT_MEGAPIXELS) / speed) * 1000;
  return Math.min(images, Math.max(MIN_IMAGES, Math.floor(leftMs / imageMs)));
}

async function placeIn(folder: string, name: string): Promise<string> {
  const made = path.join(folder, name);
  await mkdir(made);
  return made;
}

async function smallImage(sources: readonly string[], folder: string): Promise<string> {
  const place = await placeIn(folder, 'small');
  const [small] = await makeImages(sources.slice(0, 1), place, { count: 1, size: START_IMAGE });
  if (small === undefined) throw new TypeError('No image was created.');
  return small;
}

interface Measurement {
  readonly folder: string;
  readonly options: BenchOptions;
  readonly effort: Effort;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

async function measureAll({ folder, options, effort, onStep, signal }: Measurement): Promise<BenchResult> {
  const { workers, threads } = planWorkers(machineSize());
  const shared = { workers, threads, signal };
  const startedAt = performance.now();
  const { starts, models, end } = effort.untilMs;
  onStep('the start of the program');
  const sources = await imagesOf(options.pictures ?? EXAMPLES_FOLDER);
  const small = await smallImage(sources, folder);
  const startUp = await measureStartUp(small, {
    ...{ folder, signal, runs: effort.starts },
    deadlineMs: startedAt + starts,
  });
  onStep('the convolution peak and every model');
  const engine = await measureModels(await readModelRegistry(BUNDLED_MODELS), {
    ...{ ...shared, rounds: effort.rounds },
    deadlineMs: startedAt + models,
  });
  const count = countThatFits(startedAt + end - performance.now(), engine, effort);
  const files =
    options.pictures === undefined
      ? await makeImages(sources, await placeIn(folder, 'pictures'), { count })
      : sources.slice(0, options.quick ? effort.images : sources.length);
  const endToEnd = await measureEndToEnd(files, { ...shared, folder, onStep });
  return { schema: BENCH_SCHEMA, machine: describeMachine(), threads, workers, engine, endToEnd, startUp };
}

/**
 * `enlarger bench`: the speed of this machine, and how much of it the program uses, within a minute unless the machine is
 * very slow or busy, or the user's images take longer. All its files are deleted afterwards.
 *
 * @throws EnlargerError `input/…`, `model/…`, `engine/…` or `job/cancelled`.
 */
export async function benchCommand(rawOptions: unknown): Promise<number> {
  const options = optionsSchema.parse(rawOptions);
  const cancel = new AbortController();
  const stopListening = onInterrupt(
    () => {
      cancel.abort(new EnlargerError('job/cancelled', 'The measurement was cancelled.'));
    },
    () => process.exit(EXIT.cancelled),
  );
  const effort = options.quick ? QUICK : FULL;
  const progress = benchProgress(effort.untilMs.end);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'enlarger-bench-'));
  try {
    const { onStep } = progress;
    const result = await measureAll({ folder, options, effort, onStep, signal: cancel.signal });
    progress.close();
    process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : benchText(result));
    return EXIT.done;
  } finally {
    progress.close();
    await rm(folder, { recursive: true, force: true });
    stopListening();
  }
}
