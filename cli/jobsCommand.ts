import { z } from 'zod';
import { EnlargerError } from '../core/api/errors.ts';
import type { BatchView, JobCounts, JobState, JobView } from '../core/api/views.ts';
import { openList, type OpenedList } from '../core/host/owner/openList.ts';
import { givenDataFolder } from './options/localPath.ts';
import { schemaError, type UsageProblem } from './options/schemaErrors.ts';
import { BUNDLED_MODELS, EXIT } from './program.ts';
import { counted, forTerminal, table } from './text.ts';

const commonSchema = z.object({ data: z.string().optional(), json: z.boolean() });
const numberSchema = z.coerce.number().int().min(1);
const choiceSchema = commonSchema.extend({ batch: numberSchema.optional() });
const listSchema = choiceSchema.extend({
  state: z.array(z.enum(['queued', 'running', 'done', 'skipped', 'failed', 'cancelled'])).optional(),
  limit: z.coerce.number().int().min(1).max(1000),
});

function parseOptions<Options>(
  schema: z.ZodType<Options>,
  given: unknown,
  optionOf: UsageProblem['optionOf'] = ([name]) => `--${String(name)}`,
): Options {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw schemaError({ schema, given, error: parsed.error, optionOf });
}

function parseIds<Ids>(schema: z.ZodType<Ids>, given: unknown): Ids {
  return parseOptions(schema, given, () => "A job's number");
}

type Choice = { jobIds: number[] } | { batchId: number };

function choiceOf(ids: readonly string[], { batch }: { batch?: number | undefined }): Choice {
  if (batch !== undefined && ids.length === 0) return { batchId: batch };
  const jobIds = parseIds(z.array(numberSchema), ids);
  if (batch === undefined && jobIds.length > 0) return { jobIds };
  throw new EnlargerError('usage/invalid-option', 'Give job numbers, or --batch with a batch number.');
}

/** @throws EnlargerError `job/not-found`, `batch/not-found`: if the choice matches nothing. */
async function assertThere({ api }: Pick<OpenedList['host'], 'api'>, choice: Choice): Promise<void> {
  if ('jobIds' in choice) {
    for (const jobId of choice.jobIds) await api.getJob({ jobId });
    return;
  }
  const { batchId } = choice;
  const { total } = await api.listJobs({ batchId, order: 'newest', offset: 0, limit: 1 });
  if (total > 0) return;
  throw new EnlargerError('batch/not-found', `There is no batch ${batchId}.`, { batchId });
}

async function withList<Result>(
  { data }: { data?: string | undefined },
  use: (list: OpenedList) => Promise<Result>,
): Promise<Result> {
  const list = await openList(givenDataFolder(data), BUNDLED_MODELS);
  try {
    for (const note of list.notes) process.stderr.write(`note: ${forTerminal(note)}\n`);
    return await use(list);
  } finally {
    await list.close();
  }
}

function print(json: boolean, document: unknown, text: () => string): number {
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${text()}\n`);
  return EXIT.done;
}

function describeState(state: JobState): string {
  switch (state.kind) {
    case 'running':
      return state.tilesTotal > 0 ? `running ${state.tilesDone} of ${state.tilesTotal} tiles` : 'running';
    case 'done':
      return `done → ${state.outputPath}${state.machine === undefined ? '' : ` (made on ${state.machine})`}`;
    case 'skipped':
      return `skipped (${state.reason})`;
    case 'failed':
      return `failed: ${state.error.message} [${state.error.code}]`;
    default:
      return state.kind;
  }
}

function describeCounts(counts: JobCounts): string {
  const parts = Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
  return parts.join(', ') || 'no jobs';
}

function batchRow({ id, origin, addedAt, counts }: BatchView): string[] {
  return [String(id), origin, new Date(addedAt).toISOString(), describeCounts(counts)];
}

function jobRow({ id, batchId, sourcePath, name, state }: JobView): string[] {
  return [String(id), String(batchId), forTerminal(sourcePath ?? name), forTerminal(describeState(state))];
}

function describeList(batches: readonly BatchView[], jobs: readonly JobView[], total: number): string {
  if (batches.length === 0) return 'There are no jobs.';
  const more = total > jobs.length ? [`… and ${total - jobs.length} more; see --limit`] : [];
  return [
    table(['batch', 'from', 'added', 'jobs'], batches.map(batchRow)),
    '',
    table(['job', 'batch', 'image', 'state'], jobs.map(jobRow)),
    ...more,
  ].join('\n');
}

/** `enlarger jobs list`: batches and their jobs. */
export function listJobs(rawOptions: unknown): Promise<number> {
  const options = parseOptions(listSchema, rawOptions);
  const { batch: batchId, state: states, limit, json } = options;
  return withList(options, async ({ host: { api } }) => {
    if (batchId !== undefined) await assertThere({ api }, { batchId });
    const page = await api.listJobs({ batchId, states, order: 'newest', offset: 0, limit });
    const all = (await api.listBatches({})).batches;
    const batches = batchId === undefined ? all : all.filter(({ id }) => id === batchId);
    return print(json, { batches, ...page }, () => describeList(batches, page.jobs, page.total));
  });
}

/** `enlarger jobs show`: everything that is known about a job. */
export function showJob(id: string, rawOptions: unknown): Promise<number> {
  const options = parseOptions(commonSchema, rawOptions);
  const jobId = parseIds(numberSchema, id);
  return withList(options, async ({ host: { api } }) => {
    const job = await api.getJob({ jobId });
    const size = job.inputSize && `${job.inputSize.width} × ${job.inputSize.height}`;
    return print(options.json, job, () =>
      table(
        ['job', String(job.id)],
        [
          ['batch', String(job.batchId)],
          ['image', forTerminal(job.sourcePath ?? job.name)],
          ...(size === undefined ? [] : [['size', size]]),
          ['state', forTerminal(describeState(job.state))],
          ['attempts', String(job.attempts)],
          ['added', new Date(job.addedAt).toISOString()],
        ],
      ),
    );
  });
}

/** Prints which process will do the queued jobs. */
function whoWorks({ keptBy }: OpenedList): string {
  return keptBy === undefined
    ? 'They will be done the next time the program runs, or by enlarger run --resume.'
    : `${keptBy} works on them.`;
}

/** `enlarger jobs retry`: puts failed and cancelled jobs back into the queue. */
export function retryJobs(ids: readonly string[], rawOptions: unknown): Promise<number> {
  const options = parseOptions(choiceSchema, rawOptions);
  return withList(options, async (list) => {
    const choice = choiceOf(ids, options);
    await assertThere(list.host, choice);
    const result = await list.host.api.retryJobs(choice);
    const text = `${counted(result.queued, 'job')} put back into the queue.`;
    return print(options.json, result, () => (result.queued > 0 ? `${text} ${whoWorks(list)}` : text));
  });
}

/** `enlarger jobs cancel`: cancels jobs that wait or are under way. */
export function cancelJobs(ids: readonly string[], rawOptions: unknown): Promise<number> {
  const options = parseOptions(choiceSchema, rawOptions);
  return withList(options, async ({ host }) => {
    const choice = choiceOf(ids, options);
    await assertThere(host, choice);
    const result = await host.api.cancelJobs(choice);
    return print(options.json, result, () => `${counted(result.cancelled, 'job')} cancelled.`);
  });
}
