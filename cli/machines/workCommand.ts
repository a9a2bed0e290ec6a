import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../../core/api/errors.ts';
import { ModelHashes } from '../../core/host/queue/modelHashes.ts';
import { MAX_CAPACITY } from '../../core/machines/messages.ts';
import { connectQueue } from '../../core/machines/redisConnection.ts';
import { Roots } from '../../core/machines/roots.ts';
import { WorkerMachine } from '../../core/machines/workerMachine.ts';
import { modelsPath } from '../../core/models/modelRegistry.ts';
import { forkWorker } from '../../core/pool/launcher.ts';
import { LocalPool } from '../../core/pool/localPool.ts';
import { openDeviceRegister } from '../commandDevices.ts';
import { onInterrupt } from '../interrupts.ts';
import { givenDataFolder } from '../options/localPath.ts';
import { EXIT, programVersion } from '../program.ts';
import { forTerminal } from '../text.ts';
import { engineOf } from './engineOf.ts';
import { queueOptionsSchema, toMachineOptions } from './queueOptions.ts';

const optionsSchema = queueOptionsSchema.pick({ queue: true, root: true }).extend({
  capacity: z.number().int().min(1).max(MAX_CAPACITY).optional(),
  jobs: z.number().int().min(1).max(64).optional(),
  models: z.string().min(1),
  name: z.string().min(1).max(200).optional(),
  data: z.string().min(1).optional(),
});

type WorkOptions = z.infer<typeof optionsSchema>;

function parseOptions(raw: unknown): WorkOptions {
  const parsed = optionsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new EnlargerError('usage/invalid-option', z.prettifyError(parsed.error));
}

function note(sentence: string): void {
  process.stderr.write(`${forTerminal(sentence)}\n`);
}

async function openMachine(options: WorkOptions): Promise<{ machine: WorkerMachine; pool: LocalPool }> {
  const shared = toMachineOptions(options);
  if (shared === undefined) throw new EnlargerError('usage/invalid-option', 'No --queue given.');
  const roots = await Roots.open(shared.roots);
  const { redis, address } = await connectQueue(shared.queue);
  const devices = openDeviceRegister();
  const pool = new LocalPool({ launch: forkWorker, workers: options.jobs, devices });
  const hashes = new ModelHashes();
  const data = givenDataFolder(options.data);
  const modelsFolder = modelsPath(path.resolve(options.models), data);
  const machine = new WorkerMachine({
    ...{ redis, roots, pool, modelsFolder, onNote: note },
    name: options.name ?? os.hostname(),
    version: programVersion(),
    engine: await engineOf(devices),
    capacity: options.capacity ?? Math.min(pool.capacity, MAX_CAPACITY),
    modelHashOf: (settings) => hashes.learn(settings, modelsFolder),
  });
  note(`Working for ${address} with ${roots.names.join(', ')}. Ctrl-C finishes what has begun and leaves.`);
  return { machine, pool };
}

/**
 * `enlarger work`: enlarges images for coordinators on other machines, until Ctrl-C or SIGTERM. The first one drains
 * it; a second one gives up what is under way.
 *
 * @returns The exit code.
 * @throws EnlargerError `usage/…`, `queue/…`.
 */
export async function workCommand(rawOptions: unknown): Promise<number> {
  const options = parseOptions(rawOptions);
  const { machine, pool } = await openMachine(options);
  try {
    await machine.start();
    pool.warmUp();
    await new Promise<void>((resolve) => {
      const stopListening = onInterrupt(
        () => {
          note(`Leaving once ${machine.busy} images are finished.`);
          void machine.drain().finally(() => {
            stopListening();
            resolve();
          });
        },
        () => void machine.close(),
      );
    });
    note(`Left. Images finished: ${machine.finished}.`);
    return EXIT.done;
  } finally {
    await machine.close();
    await pool.close();
  }
}
