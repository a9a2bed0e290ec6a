import os from 'node:os';

const GIBIBYTE = 1024 ** 3;

/** Two to three times what the small network needs for an image of any size (docs/reliability.md). */
const MIN_CEILING_BYTES = 1.5 * GIBIBYTE;

/** Share of the machine's memory that all workers together may use. */
const MEMORY_SHARE = 0.5;

/** One network run keeps about eight cores busy; more workers help only if one cannot use them all. */
const CORES_PER_WORKER = 8;
const MAX_AUTOMATIC_WORKERS = 4;

/** The properties of a machine that determine the number of workers. */
export interface MachineSize {
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface WorkerPlan {
  readonly workers: number;
  /** Processor threads for inference in each. */
  readonly threads: number;
  /** Resident memory at which a worker is replaced. */
  readonly memoryCeilingBytes: number;
}

/** This machine, or the part of it that a container grants. */
export function machineSize(): MachineSize {
  const granted = process.constrainedMemory();
  const total = os.totalmem();
  return {
    cores: os.availableParallelism(),
    memoryBytes: granted > 0 ? Math.min(granted, total) : total,
  };
}

/**
 * Chooses how many workers a machine gets, from its cores and its memory.
 *
 * @param asked What a person requested, which is used unchanged.
 */
export function planWorkers(
  { cores, memoryBytes }: MachineSize,
  asked: { readonly workers?: number | undefined; readonly memoryCeilingBytes?: number | undefined } = {},
): WorkerPlan {
  const sharedBytes = memoryBytes * MEMORY_SHARE;
  const ceiling = asked.memoryCeilingBytes ?? MIN_CEILING_BYTES;
  const byCores = Math.min(Math.floor(cores / CORES_PER_WORKER), MAX_AUTOMATIC_WORKERS);
  const byMemory = Math.floor(sharedBytes / ceiling);
  const workers = asked.workers ?? Math.max(1, Math.min(byCores, byMemory));
  return {
    workers,
    threads: Math.max(1, Math.floor(cores / workers)),
    memoryCeilingBytes:
      asked.memoryCeilingBytes ?? Math.max(MIN_CEILING_BYTES, Math.floor(sharedBytes / workers)),
  };
}
