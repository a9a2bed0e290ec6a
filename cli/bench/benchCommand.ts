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
import { BENCH_SCHEMA, benchText, type BenchResult } from './benchReport.ts';
import { measureEndToEnd } from './endToEnd.ts';
import { measureModels } from './measureModels.ts';
import { measureStartUp } from './startUp.ts';

const optionsSchema = z.object({ json: z.boolean(), quick: z.boolean(), pictures: z.string().optional() });

type BenchOptions = z.infer<typeof optionsSchema>;

interface Effort {
  readonly rounds: number;
  readonly pictures: number;
  readonly starts: number;
}

const FULL: Effort = { rounds: 12, pictures: 20, starts: 5 };
const QUICK: Effort = { rounds: 3, pictures: 3, starts: 1 };

/** An image of a single tile, so that the start is measured and not the network. */
const START_IMAGE = { width: 96, height: 64 };

interface BenchImages {
  readonly all: readonly string[];
  /** Small enough to be one tile. */
  readonly small: string;
}

async function prepareImages(folder: string, options: BenchOptions, effort: Effort): Promise<BenchImages> {
  const sources = await imagesOf(options.pictures ?? EXAMPLES_FOLDER);
  const place = async (name: string): Promise<string> => {
    const made = path.join(folder, name);
    await mkdir(made);
    return made;
  };
  const [small] = await makeImages(sources.slice(0, 1), await place('small'), {
    count: 1,
    size: START_IMAGE,
  });
  if (small === undefined) throw new TypeError('No image was created.');
  const all =
    options.pictures === undefined
      ? await makeImages(sources, await place('pictures'), { count: effort.pictures })
      : sources.slice(0, options.quick ? effort.pictures : sources.length);
  return { all, small };
}

async function measureAll(folder: string, options: BenchOptions, signal: AbortSignal): Promise<BenchResult> {
  const effort = options.quick ? QUICK : FULL;
  const onStep = (step: string): void => {
    process.stderr.write(`measuring ${step}…\n`);
  };
  const { workers, threads } = planWorkers(machineSize());
  const shared = { workers, threads, signal };
  const images = await prepareImages(folder, options, effort);
  onStep('the start of the program');
  const startUp = await measureStartUp(images.small, { folder, runs: effort.starts, signal });
  onStep('the convolution peak and every model');
  const engine = await measureModels(await readModelRegistry(BUNDLED_MODELS), {
    ...shared,
    rounds: effort.rounds,
  });
  const endToEnd = await measureEndToEnd(images.all, { ...shared, folder, onStep });
  return { schema: BENCH_SCHEMA, machine: describeMachine(), threads, workers, engine, endToEnd, startUp };
}

/**
 * `enlarger bench`: the speed of this machine, and how much of it the program uses. All its files are deleted again.
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
  const folder = await mkdtemp(path.join(os.tmpdir(), 'enlarger-bench-'));
  try {
    const result = await measureAll(folder, options, cancel.signal);
    process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : benchText(result));
    return EXIT.done;
  } finally {
    await rm(folder, { recursive: true, force: true });
    stopListening();
  }
}
