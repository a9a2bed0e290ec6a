import path from 'node:path';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { EnlargerError } from '../core/api/errors.ts';
import type { BatchReportRequest } from '../core/host/reports/batchReports.ts';
import type { BatchRequest } from '../core/host/batches/batchRequest.ts';
import { dataFolder } from '../core/host/dataFolder.ts';
import type { RepeatRequest } from '../core/host/batches/repeatBatch.ts';
import { DEFAULT_JOB_SETTINGS, ENGINE_CHOICES, jobSettingsSchema } from '../core/api/jobSettings.ts';
import { DEFAULT_NAME_TEMPLATE } from '../core/jobs/outputNames.ts';
import { machineSize, planWorkers } from '../core/pool/workerPlan.ts';
import { BUNDLED_MODELS } from './program.ts';
import { toNumber } from './optionValues.ts';
import { qualityHelp, toFormat, writtenExtensions } from './formats/formatOptions.ts';
import { addReportOptions, toReportRequest } from './reportOptions.ts';
import { addSizeOptions, toSizing } from './sizeOptions.ts';

/** What commander hands over, before it is a request. */
const rawOptionsSchema = z.object({
  input: z.array(z.string()).optional(),
  output: z.string().optional(),
  resume: z.union([z.literal(true), z.number().int().min(1)]).optional(),
  fromReport: z.string().optional(),
  waitForSpace: z.boolean(),
  data: z.string().optional(),
  scale: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  longEdge: z.number().optional(),
  shortEdge: z.number().optional(),
  megapixels: z.number().optional(),
  onlyIfSmaller: z.boolean(),
  model: z.string(),
  strength: z.number(),
  models: z.string(),
  gpu: z.string(),
  engine: z.string(),
  tile: z.union([z.literal('auto'), z.number()]),
  jobs: z.number().int().min(1).max(64).optional(),
  tta: z.boolean(),
  format: z.string(),
  quality: z.number().optional(),
  pages: z.string().optional(),
  frames: z.enum(['all', 'first']).optional(),
  recursive: z.boolean(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  name: z.string(),
  exists: z.enum(['skip', 'overwrite', 'rename', 'error']),
  metadata: z.enum(['all', 'safe', 'none']),
  color: z.enum(['keep', 'srgb']),
  background: z.string(),
  maxMegapixels: z.number(),
  maxOutputMegapixels: z.number(),
  json: z.boolean(),
  dryRun: z.boolean(),
  failFast: z.boolean(),
  verbose: z.boolean(),
  measure: z.boolean(),
  report: z.array(z.string()),
  reportEach: z.boolean(),
});

type RawOptions = z.infer<typeof rawOptionsSchema>;

function toTile(text: string): 'auto' | number {
  return text === 'auto' ? 'auto' : toNumber(text);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** `#fff`, `fff` and `#ffffff`. */
function toColour(text: string): string {
  const digits = text.replace(/^#/, '').toLowerCase();
  return `#${digits.length === 3 ? digits.replace(/./g, '$&$&') : digits}`;
}

function addPlaceOptions(command: Command): Command {
  return command
    .option('-i, --input <path...>', 'images, folders, patterns, or @list.txt with one path a line')
    .option('-o, --output <path>', 'folder for the results, or the file for one result');
}

function addFileOptions(command: Command): Command {
  return command
    .option('-r, --recursive', 'go into folders (default)', true)
    .option('--no-recursive', 'only the images directly in a folder')
    .option('--include <glob>', 'only images that match; may be repeated', collect, [])
    .option('--exclude <glob>', 'no images that match; may be repeated', collect, [])
    .option(
      '--name <template>',
      'result name, with {dir} {name} {size} {scale} {model} {ext}',
      DEFAULT_NAME_TEMPLATE,
    )
    .addOption(
      new Option('--exists <policy>', 'when a result is there already')
        .choices(['skip', 'overwrite', 'rename', 'error'])
        .default('skip'),
    );
}

function addEngineOptions(command: Command): Command {
  const { model, strength, device, engine } = DEFAULT_JOB_SETTINGS;
  return command
    .option('-n, --model <name>', 'model or family, or nearest, bilinear, bicubic, lanczos', model)
    .option('--strength <share>', 'how much of a model that invents, 0 to 1', toNumber, strength)
    .option('-m, --models <dir>', 'folder with models', BUNDLED_MODELS)
    .option('-g, --gpu <device>', 'auto, cpu, or the number of a graphics device', device)
    .addOption(
      new Option('--engine <name>', 'what runs the networks; auto is the fastest')
        .choices(ENGINE_CHOICES)
        .default(engine),
    )
    .addOption(
      new Option('-t, --tile <px>', 'kept side of a tile, or auto').argParser(toTile).default('auto'),
    )
    .addOption(new Option('-j, --jobs <n>', 'worker processes (default: by cores)').argParser(toNumber))
    .option('-x, --tta', 'average over eight turns and mirrorings: slightly better, 8 times slower', false);
}

function addImageOptions(command: Command): Command {
  const { format, background } = DEFAULT_JOB_SETTINGS;
  return command
    .option('-f, --format <format>', ['same', ...writtenExtensions()].join(', '), format)
    .addOption(new Option('-q, --quality <n>', qualityHelp()).argParser(toNumber))
    .option('--pages <pages>', 'of a file with several: all, first, or numbers such as 1-3,7 (default: all)')
    .addOption(new Option('--frames <frames>', 'of an animation (default: all)').choices(['all', 'first']))
    .addOption(
      new Option('--metadata <policy>', 'safe removes location and serial numbers')
        .choices(['all', 'safe', 'none'])
        .default('all'),
    )
    .addOption(
      new Option('--color <policy>', 'keep the colour profile, or convert to sRGB')
        .choices(['keep', 'srgb'])
        .default('keep'),
    )
    .option('--background <colour>', 'behind transparency, where the format has none', background);
}

/** Adds what `run` and `watch` have in common: all that decides what a result looks like and is called. */
export function addBatchOptions(command: Command): Command {
  const groups = [addFileOptions, addSizeOptions, addEngineOptions, addImageOptions];
  for (const addGroup of groups) addGroup(command);
  return command;
}

/** Adds the options of `run` to a command, in the letters that people script today. */
export function addRunOptions(command: Command): Command {
  return addReportOptions(addBatchOptions(addPlaceOptions(command)))
    .option('--json', 'one JSON event a line on stdout (docs/events.md)', false)
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option('--fail-fast', 'end at the first failure', false)
    .addOption(
      new Option(
        '--resume [batch]',
        'go on with the last batch that was interrupted, instead of -i and -o',
      ).argParser(toNumber),
    )
    .option('--wait-for-space', 'wait while the disk of the results is full, instead of failing', false)
    .option('--data <dir>', 'folder for the list of jobs (default: as the system keeps such data)')
    .option('-v, --verbose', 'say more', false);
}

function usageError(message: string): EnlargerError {
  return new EnlargerError('usage/invalid-option', message);
}

/** How this machine's cores and memory are shared out among workers; `jobs` is what was asked for, if anything was. */
export function shareCores(jobs: number | undefined): { workers: number; threads: number } {
  const { workers, threads } = planWorkers(machineSize(), { workers: jobs });
  return { workers, threads };
}

/**
 * A new batch; the rest of one that was interrupted, the last one where no number is given; or the results of a report
 * again.
 */
export type RunTask =
  | { readonly kind: 'new'; readonly request: BatchRequest }
  | {
      readonly kind: 'resume';
      readonly batchId?: number;
      readonly workers: number;
      readonly threads: number;
      readonly report: BatchReportRequest;
    }
  | { readonly kind: 'repeat'; readonly request: RepeatRequest };

export interface RunOptions {
  readonly task: RunTask;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly whenDiskFull: 'wait' | 'fail';
  readonly dataFolder: string;
}

function toRequest(given: RawOptions): BatchRequest {
  const settings = jobSettingsSchema.safeParse({
    sizing: toSizing(given),
    onlyIfSmaller: given.onlyIfSmaller,
    model: given.model,
    strength: given.strength,
    device: given.gpu,
    engine: given.engine,
    tile: given.tile,
    selfEnsemble: given.tta,
    format: toFormat(given.format),
    ...(given.quality !== undefined && { quality: given.quality }),
    ...((given.pages ?? given.frames) !== undefined && { pages: given.pages ?? given.frames }),
    background: toColour(given.background),
    metadata: given.metadata,
    colour: given.color,
    maxInputMegapixels: given.maxMegapixels,
    maxOutputMegapixels: given.maxOutputMegapixels,
  });
  if (!settings.success) throw usageError(z.prettifyError(settings.error));
  const { exists, recursive, include, exclude, failFast, dryRun } = given;
  return {
    ...requirePlaces(given),
    ...{ exists, recursive, include, exclude, failFast, dryRun },
    settings: settings.data,
    nameTemplate: given.name,
    modelsFolder: path.resolve(given.models),
    ...shareCores(given.jobs),
    report: toReportRequest(given),
  };
}

function requirePlaces({ input, output }: RawOptions): Pick<BatchRequest, 'inputs' | 'output'> {
  if (input === undefined)
    throw usageError("Say what to enlarge: the option '-i, --input <path...>' is missing.");
  if (output === undefined) throw usageError("Say where to: the option '-o, --output <path>' is missing.");
  return { inputs: input, output };
}

function toRepeatRequest(given: RawOptions, reportPath: string): RepeatRequest {
  if (given.input !== undefined) {
    throw usageError('--from-report takes the inputs from the report: leave -i out.');
  }
  if (given.report.length > 0 || given.reportEach) {
    const option = given.reportEach ? '--report-each' : '--report';
    throw usageError(`--from-report makes results again and writes no report: leave ${option} out.`);
  }
  const { output, exists } = given;
  const modelsFolder = path.resolve(given.models);
  return {
    ...{ reportPath, exists, modelsFolder },
    ...shareCores(given.jobs),
    ...(output !== undefined && { output }),
  };
}

function toTask(given: RawOptions): RunTask {
  if (given.fromReport !== undefined) {
    return { kind: 'repeat', request: toRepeatRequest(given, given.fromReport) };
  }
  if (given.resume === undefined) return { kind: 'new', request: toRequest(given) };
  if (given.input !== undefined || given.output !== undefined || given.dryRun) {
    throw usageError('With --resume nothing else is said: the batch goes on as it was asked for.');
  }
  if (given.reportEach || !given.measure) {
    const option = given.reportEach ? '--report-each' : '--no-measure';
    throw usageError(`${option} belongs to the start of a batch. With --resume only --report can be said.`);
  }
  const batch = given.resume === true ? {} : { batchId: given.resume };
  return { kind: 'resume', ...batch, ...shareCores(given.jobs), report: toReportRequest(given) };
}

/** @throws EnlargerError `usage/invalid-option`, naming the option and what it may be. */
export function parseRunOptions(raw: unknown): RunOptions {
  const options = rawOptionsSchema.safeParse(raw);
  if (!options.success) throw usageError(z.prettifyError(options.error));
  const given = options.data;
  return {
    task: toTask(given),
    json: given.json,
    verbose: given.verbose,
    whenDiskFull: given.waitForSpace ? 'wait' : 'fail',
    dataFolder: given.data === undefined ? dataFolder() : path.resolve(given.data),
  };
}
