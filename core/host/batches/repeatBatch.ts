import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ExistsPolicy } from '../../api/batchSpec.ts';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import { EVENTS_SCHEMA, type BatchEvent, type BatchTotals } from '../../api/events.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import { batchReportSchema, imageReportSchema, type ImageReport } from '../../api/report.ts';
import { existingKind } from '../../files/publish.ts';
import { readModelRegistry, type ShelvedModel } from '../../models/modelRegistry.ts';
import { runBatch, type BatchHooks } from './runBatch.ts';

/** Results that are to be made again, to the byte. */
export interface RepeatRequest {
  /** A report of one image or of a batch. */
  readonly reportPath: string;
  /** Folder for the results; absent: where they were. */
  readonly output?: string;
  readonly exists: ExistsPolicy;
  readonly modelsFolder: string;
  readonly workers: number;
  readonly threads: number;
}

/** @throws EnlargerError `report/not-found`, also where the file is no report. */
async function readReports(file: string): Promise<readonly ImageReport[]> {
  const notFound = (reason: string, cause?: unknown): EnlargerError =>
    new EnlargerError(
      'report/not-found',
      `${file} is no report that can be repeated: ${reason}.`,
      { file },
      { cause },
    );
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw notFound('it cannot be read', error);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw notFound('it is not JSON', error);
  }
  const batch = batchReportSchema.safeParse(content);
  if (batch.success) return batch.data.pictures;
  const single = imageReportSchema.safeParse(content);
  if (single.success) return [single.data];
  throw notFound('its schema is not one of this program');
}

function notRepeatable(report: ImageReport, reason: string): EnlargerError {
  const message = `${report.output.path} cannot be made again: ${reason}.`;
  return new EnlargerError('report/not-repeatable', message, { file: report.output.path });
}

async function assertSameInput(report: ImageReport): Promise<void> {
  const { path: file, sha256 } = report.input;
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) throw notRepeatable(report, `its input ${file} cannot be read`);
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return;
  throw notRepeatable(report, `its input ${file} is another file than then`);
}

function assertSameWeights(report: ImageReport, registry: readonly ShelvedModel[]): void {
  for (const { id, sha256 } of report.passes) {
    if (sha256 === null) continue;
    const model = registry.find(({ manifest }) => manifest.id === id);
    if (model === undefined) throw notRepeatable(report, `the model ${id} is not here`);
    if (model.manifest.files.some((file) => file.sha256 === sha256)) continue;
    throw notRepeatable(report, `the model ${id} has other weights than then`);
  }
}

/** Devices differ in the last bit; the processor is the one that every machine has. */
function settingsOf({ settings, device }: ImageReport): JobSettings {
  return device.endsWith(':cpu') ? { ...settings, device: 'cpu' } : settings;
}

/** Repeats one result as a batch of its own; its events are those of job `id`. */
async function repeatOne(
  report: ImageReport,
  id: number,
  request: RepeatRequest,
  hooks: BatchHooks,
): Promise<void> {
  const input = report.input.path;
  const target =
    request.output === undefined
      ? report.output.path
      : path.resolve(request.output, path.basename(report.output.path));
  const isNew = (await existingKind(target)) === 'nothing';
  const { modelsFolder, workers, threads, exists } = request;
  const events: BatchEvent[] = [];
  await runBatch(
    {
      ...{ modelsFolder, workers, threads, exists, output: target, inputs: [input] },
      settings: settingsOf(report),
      nameTemplate: '{name}.{ext}',
      recursive: false,
      include: [],
      exclude: [],
      failFast: false,
      dryRun: false,
    },
    { ...hooks, onEvent: (event) => events.push(event) },
  );
  for (const event of events) {
    if (!('job' in event)) continue;
    if (event.type === 'job-done' && event.outputImage.sha256 !== report.output.sha256) {
      if (isNew) await rm(event.output, { force: true });
      throw notRepeatable(
        report,
        `what this program makes today has the SHA-256 ${event.outputImage.sha256}`,
      );
    }
    hooks.onEvent({ ...event, job: id });
  }
}

/**
 * Makes the results of a report again. Each is refused where its input or the weights are not what they were, and
 * fails where its bytes come out otherwise; the others are made all the same.
 *
 * @throws EnlargerError `report/not-found`, `model/…`.
 */
export async function repeatBatch(request: RepeatRequest, hooks: BatchHooks): Promise<BatchTotals> {
  const startedAt = performance.now();
  const reports = await readReports(request.reportPath);
  const registry = await readModelRegistry(request.modelsFolder);
  const totals = { inputs: reports.length, done: 0, skipped: 0, failed: 0, cancelled: 0, planned: 0 };
  let outputMegapixels = 0;
  const onEvent = (event: BatchEvent): void => {
    if (event.type === 'job-done') {
      totals.done++;
      outputMegapixels += (event.outputImage.width * event.outputImage.height) / 1e6;
    }
    if (event.type === 'job-skipped') totals.skipped++;
    if (event.type === 'job-failed') totals.failed++;
    if (event.type === 'job-cancelled') totals.cancelled++;
    hooks.onEvent(event);
  };
  onEvent({ type: 'batch-started', schema: EVENTS_SCHEMA, program: hooks.program, inputs: reports.length });
  for (const [id, report] of reports.entries()) {
    try {
      await assertSameInput(report);
      assertSameWeights(report, registry);
      await repeatOne(report, id, request, { ...hooks, onEvent });
    } catch (error) {
      const dto: ErrorDto = toErrorDto(error);
      onEvent({ type: 'job-failed', job: id, input: report.input.path, error: dto });
    }
  }
  onEvent({ type: 'batch-finished', totals, outputMegapixels, elapsedMs: performance.now() - startedAt });
  return totals;
}
