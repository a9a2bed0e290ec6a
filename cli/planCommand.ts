import path from 'node:path';
import { EnlargerError, type ErrorDto } from '../core/api/errors.ts';
import type { WorkEstimate } from '../core/api/workEstimate.ts';
import { freeBytesOf } from '../core/files/diskSpace.ts';
import { outputOf, planRequestOf, type BatchRequest } from '../core/host/batches/batchRequest.ts';
import { assertMounted } from '../core/host/batches/assertMounted.ts';
import { foreseeFailures } from '../core/host/batches/foreseeFailures.ts';
import { planBatch } from '../core/host/batches/planBatch.ts';
import { estimateWork } from '../core/host/estimates/estimateWork.ts';
import { readRates } from '../core/host/estimates/machineRates.ts';
import { planWork, type PlannedImage, type UnreadableImage } from '../core/host/estimates/planWork.ts';
import { readModelRegistry } from '../core/models/modelRegistry.ts';
import { copyOfStore } from '../core/store/copyOfStore.ts';
import type { NewJob } from '../core/store/jobTable.ts';
import { openMemoryStore } from '../core/store/openStore.ts';
import type { Store } from '../core/store/store.ts';
import { machineSize, planWorkers } from '../core/pool/workerPlan.ts';
import { commandDevices } from './commandDevices.ts';
import { withListedInputs } from './listedInputs.ts';
import { assertModels } from './options/assertModels.ts';
import { EXIT } from './program.ts';
import { parseRunOptions } from './options/runOptions.ts';
import { counted, duration, forTerminal } from './text.ts';

/** Increases when a field changes its meaning or disappears. */
const PLAN_SCHEMA = 'enlarger.plan/1';

interface PlannedFailure {
  readonly input: string;
  readonly error: ErrorDto;
}

interface Plan extends WorkEstimate {
  readonly schema: typeof PLAN_SCHEMA;
  /** Inputs that end without work: skipped, or failed. */
  readonly skipped: number;
  readonly failed: number;
  /** The inputs that failed, and why. */
  readonly failures: readonly PlannedFailure[];
  /** Free on the disk of the results; absent if the system does not report it. */
  readonly freeBytes?: number;
  readonly fitsOnDisk?: boolean;
  /** Memory of this machine, or of its container. */
  readonly machineMemoryBytes: number;
}

function plannedImages(jobs: readonly NewJob[]): PlannedImage[] {
  return jobs.flatMap(({ source, format, state }) =>
    state.kind === 'queued' && format !== undefined ? [{ file: source, outputFormat: format }] : [],
  );
}

function plannedFailures(jobs: readonly NewJob[], unreadable: readonly UnreadableImage[]): PlannedFailure[] {
  return [
    ...jobs.flatMap(({ input, state }) => (state.kind === 'failed' ? [{ input, error: state.error }] : [])),
    ...unreadable.map(({ file: input, error }) => ({ input, error })),
  ];
}

async function makePlan(request: BatchRequest, asked: number | undefined, store: Store): Promise<Plan> {
  const { settings, exists, report } = request.spec;
  await assertMounted(request.spec, store);
  const planned = await planBatch(planRequestOf(request), exists, store);
  const jobs = await foreseeFailures(planned, settings, commandDevices());
  const { workers } = planWorkers(machineSize(), { workers: asked });
  const work = await planWork(plannedImages(jobs), settings, workers);
  const estimate = estimateWork(work, {
    rates: readRates(store),
    registry: await readModelRegistry(request.modelsFolder),
    settings,
    measure: report.measure,
  });
  const skipped = jobs.filter(({ state }) => state.kind === 'skipped').length;
  const failures = plannedFailures(jobs, work.unreadable);
  const freeBytes = await freeBytesOf(path.resolve(outputOf(request)));
  return {
    schema: PLAN_SCHEMA,
    ...estimate,
    skipped: skipped + work.largeEnough,
    failed: failures.length,
    failures,
    ...(freeBytes !== undefined && { freeBytes, fitsOnDisk: estimate.sizeBytes <= freeBytes }),
    machineMemoryBytes: machineSize().memoryBytes,
  };
}

function bytes(count: number): string {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} kB`;
  return count < 1e9 ? `${Math.round(count / 1e6)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

function planText(plan: Plan): string {
  const { images, unsizedImages, skipped, failed, freeBytes, fitsOnDisk, elapsedMs } = plan;
  const others = [
    ...(skipped > 0 ? [`${skipped} that will be skipped`] : []),
    ...(failed > 0 ? [`${failed} that cannot be enlarged`] : []),
  ];
  const free =
    freeBytes === undefined ? '' : `, ${bytes(freeBytes)} free${fitsOnDisk === true ? '' : ': NOT ENOUGH'}`;
  const bytesFrom = plan.sizeFrom === 'defaults' ? ' (by default sizes; no result of this kind yet)' : '';
  const time =
    elapsedMs === undefined
      ? 'unknown until this machine has enlarged an image with these settings'
      : `about ${duration(elapsedMs / 1000)}`;
  return `${[
    `Images: ${counted(images, 'image')}${others.length > 0 ? `, and ${others.join(' and ')}` : ''}`,
    `Output: ${plan.outputMegapixels.toFixed(1)} MP` +
      (unsizedImages > 0 ? ` (the size of ${counted(unsizedImages, 'image')} is assumed)` : ''),
    `Disk:   about ${bytes(plan.sizeBytes)}${bytesFrom}${free}`,
    `Memory: about ${bytes(plan.memoryBytes)} of ${bytes(plan.machineMemoryBytes)}`,
    `Time:   ${time}`,
  ].join('\n')}\n`;
}

function failureText({ input, error: { message, code } }: PlannedFailure): string {
  return `${forTerminal(`failed   ${input}: ${message} [${code}]`)}\n`;
}

/** The exit code that a run would have. */
function failureCode({ images, failures }: Plan): number {
  const isForDevice = failures.every(({ error }) => error.code === 'engine/unavailable');
  return images === 0 && isForDevice ? EXIT.noDevice : EXIT.someFailed;
}

/**
 * `enlarger plan`: what a batch would need, by the headers of its images and the needs of earlier images on this machine.
 * It writes nothing.
 *
 * @returns The exit code.
 * @throws EnlargerError `usage/…`, `model/…`.
 */
export async function planCommand(rawOptions: unknown): Promise<number> {
  const { task, json, dataFolder, workers } = parseRunOptions(rawOptions);
  if (task.kind !== 'new') {
    const message = 'Only a new batch can be planned. Leave out --resume and --from-report.';
    throw new EnlargerError('usage/invalid-option', message);
  }
  await assertModels(task.request);
  const copy = copyOfStore(dataFolder);
  const store = copy?.store ?? openMemoryStore();
  try {
    const plan = await makePlan(await withListedInputs(task.request), workers, store);
    process.stdout.write(json ? `${JSON.stringify(plan)}\n` : planText(plan));
    if (!json) for (const failure of plan.failures) process.stderr.write(failureText(failure));
    if (plan.failed > 0) return failureCode(plan);
    return plan.images === 0 ? EXIT.nothingToDo : EXIT.done;
  } finally {
    if (copy === undefined) store.close();
    else copy.close();
  }
}
