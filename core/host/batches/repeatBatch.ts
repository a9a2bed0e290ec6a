import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BatchSpec, ExistsPolicy } from '../../api/batchSpec.ts';
import { EnlargerError, toErrorDto } from '../../api/errors.ts';
import { EVENTS_SCHEMA, type BatchEvent, type BatchTotals } from '../../api/events.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import { repeatableReportsSchema, type RepeatableReport } from '../../api/report.ts';
import { hashFile } from '../../files/hashFile.ts';
import { readModelRegistry, type InstalledModel } from '../../models/modelRegistry.ts';
import { BatchTally } from './batchEvents.ts';
import { runBatch, type BatchHooks } from './runBatch.ts';

/** Results that are to be reproduced, to the byte. */
export interface RepeatRequest {
  /** A report of one image or of a batch. */
  readonly reportPath: string;
  /** Folder for the results; absent: where they were. */
  readonly output?: string;
  readonly exists: ExistsPolicy;
  readonly modelsFolder: string;
}

/** @throws EnlargerError `report/not-found`, also if the file is not a report. */
async function readReports(file: string): Promise<readonly RepeatableReport[]> {
  const notFound = (reason: string, cause?: unknown): EnlargerError =>
    new EnlargerError(
      'report/not-found',
      `${file} is not a report that can be repeated: ${reason}.`,
      { file },
      { cause },
    );
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw notFound(existsSync(file) ? 'it cannot be read' : 'it does not exist', error);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw notFound('it is not JSON', error);
  }
  const reports = repeatableReportsSchema.safeParse(content);
  if (reports.success) return reports.data;
  throw notFound('its schema is not one of this program', reports.error);
}

function notRepeatable(report: RepeatableReport, reason: string): EnlargerError {
  const message = `${report.output.path} cannot be reproduced: ${reason}.`;
  return new EnlargerError('report/not-repeatable', message, { file: report.output.path });
}

async function assertSameInput(report: RepeatableReport): Promise<void> {
  const { path: file, sha256 } = report.input;
  const hash = await hashFile(file).catch(() => undefined);
  if (hash === undefined) throw notRepeatable(report, `its input ${file} cannot be read`);
  if (hash !== sha256) throw notRepeatable(report, `its input ${file} has changed since`);
}

function assertSameWeights(report: RepeatableReport, registry: readonly InstalledModel[]): void {
  const used = report.passes.flatMap(({ id, sha256, companion }) => [
    // A pass at a strength is named with it: `photo-x4@0.5`.
    { id: id.replace(/@.*$/, ''), sha256 },
    ...(companion === undefined ? [] : [companion]),
  ]);
  for (const { id, sha256 } of used) {
    if (sha256 === null) continue;
    const model = registry.find(({ manifest }) => manifest.id === id);
    if (model === undefined) throw notRepeatable(report, `the model ${id} is not installed`);
    if (model.manifest.files.some((file) => file.sha256 === sha256)) continue;
    throw notRepeatable(report, `the model ${id} has other weights than then`);
  }
}

/**
 * Devices differ in the last bit; the processor is the one that every machine has. A model that the program chose is
 * named, so that later rules of choice change nothing.
 */
function settingsOf({ settings, choice, device }: RepeatableReport): JobSettings {
  const named = choice ? { ...settings, model: choice.family, strength: choice.strength } : settings;
  return device.endsWith(':cpu') ? { ...named, device: 'cpu' } : named;
}

/** Refuses a result with other bytes than the reported one before it is published. */
function expecting(report: RepeatableReport): NonNullable<BatchHooks['assertExpected']> {
  return ({ output }) => {
    if (output.sha256 === report.output.sha256) return;
    throw notRepeatable(report, `this version of the program makes a file with the SHA-256 ${output.sha256}`);
  };
}

/** Repeats one result as a separate batch; its events are those of job `id`. */
async function repeatOne(
  report: RepeatableReport,
  id: number,
  request: RepeatRequest,
  hooks: BatchHooks,
): Promise<void> {
  const { path: reported } = report.output;
  const output =
    request.output === undefined ? reported : path.resolve(request.output, path.basename(reported));
  const { modelsFolder, exists } = request;
  const spec: BatchSpec = {
    sources: [{ kind: 'path', path: report.input.path }],
    destination: { kind: 'path', path: output },
    settings: settingsOf(report),
    ...{ exists, nameTemplate: '{name}.{ext}' },
    ...{ recursive: false, include: [], exclude: [] },
    report: { measure: false, formats: [] },
  };
  await runBatch(
    { spec, modelsFolder, failFast: false, dryRun: false },
    {
      ...hooks,
      assertExpected: expecting(report),
      onEvent: (event) => {
        if ('job' in event) hooks.onEvent({ ...event, job: id });
      },
    },
  );
}

/**
 * Makes the results of a report again. A result is refused if its input or the weights have changed since, and not
 * published if its bytes differ; the others are enlarged anyway.
 *
 * @throws EnlargerError `report/not-found`, `model/…`.
 */
export async function repeatBatch(request: RepeatRequest, hooks: BatchHooks): Promise<BatchTotals> {
  const startedAt = performance.now();
  const reports = await readReports(request.reportPath);
  const registry = await readModelRegistry(request.modelsFolder);
  const tally = new BatchTally(reports.length);
  const onEvent = (event: BatchEvent): void => {
    tally.see(event);
    hooks.onEvent(event);
  };
  onEvent({ type: 'batch-started', schema: EVENTS_SCHEMA, program: hooks.program, inputs: reports.length });
  for (const [id, report] of reports.entries()) {
    try {
      await assertSameInput(report);
      assertSameWeights(report, registry);
      await repeatOne(report, id, request, { ...hooks, onEvent });
    } catch (error) {
      onEvent({ type: 'job-failed', job: id, input: report.input.path, error: toErrorDto(error) });
    }
  }
  const { totals, outputMegapixels } = tally;
  onEvent({ type: 'batch-finished', totals, outputMegapixels, elapsedMs: performance.now() - startedAt });
  return totals;
}
