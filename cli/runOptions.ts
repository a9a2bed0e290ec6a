import path from 'node:path';
import { Option, type Command } from 'commander';
import { EnlargerError } from '../core/api/errors.ts';
import type { BatchReportRequest } from '../core/host/reports/batchReports.ts';
import type { BatchRequest } from '../core/host/batches/batchRequest.ts';
import { dataFolder } from '../core/host/dataFolder.ts';
import type { RepeatRequest } from '../core/host/batches/repeatBatch.ts';
import { ENGINE_CHOICES } from '../core/api/engines.ts';
import { DEFAULT_JOB_SETTINGS } from '../core/api/jobSettings.ts';
import { DEFAULT_NAME_TEMPLATE } from '../core/jobs/outputNames.ts';
import type { MachineOptions } from '../core/machines/openMachines.ts';
import { modelsPath } from '../core/models/modelRegistry.ts';
import { BUNDLED_MODELS } from './program.ts';
import { addQueueOptions, toMachineOptions } from './machines/queueOptions.ts';
import { toNumber } from './optionValues.ts';
import { qualityHelp, toFormat, writtenExtensions } from './formats/formatOptions.ts';
import { rawOptionsSchema, type RawOptions } from './rawOptions.ts';
import { addReportOptions, toReportRequest } from './reportOptions.ts';
import { addSizeOptions, toSizing } from './sizeOptions.ts';
import { parseSpec, schemaError } from './schemaErrors.ts';

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
    .option(
      '-i, --input <path...>',
      'images, folders, patterns, @list.txt with one path per line, or - for a list from standard input',
    )
    .option('-o, --output <path>', 'folder for the results, or the file for one result');
}

function addFileOptions(command: Command): Command {
  return command
    .option('-r, --recursive', 'include subfolders (default)', true)
    .option('--no-recursive', 'only the images directly in a folder')
    .option('--include <glob>', 'only images that match; may be repeated', collect, [])
    .option('--exclude <glob>', 'leave out images that match; may be repeated', collect, [])
    .option(
      '--name <template>',
      'result name, with {dir} {name} {size} {scale} {model} {ext}',
      DEFAULT_NAME_TEMPLATE,
    )
    .addOption(
      new Option('--exists <policy>', 'if a result exists already')
        .choices(['skip', 'overwrite', 'rename', 'error'])
        .default('skip'),
    );
}

function addEngineOptions(command: Command): Command {
  const { model, strength, device, engine } = DEFAULT_JOB_SETTINGS;
  return command
    .option('-n, --model <name>', 'model or family, or nearest, bilinear, bicubic, lanczos', model)
    .option(
      '--first <model>',
      'model that cleans images up before they are enlarged; may be repeated',
      (name: string, names: readonly string[]) => [...names, name],
      [],
    )
    .option('--strength <share>', 'strength of the photo models: 0 like fast, 1 full', toNumber, strength)
    .option('-m, --models <dir>', 'folder of the models', BUNDLED_MODELS)
    .option('-g, --gpu <device>', 'auto, cpu, or the number of a graphics device', device)
    .addOption(
      new Option('--engine <name>', 'runtime for the networks; auto picks the fastest')
        .choices(ENGINE_CHOICES)
        .default(engine),
    )
    .addOption(
      new Option('-t, --tile <px>', 'side of a tile in pixels of the input, or auto')
        .argParser(toTile)
        .default('auto'),
    )
    .addOption(new Option('-j, --jobs <n>', 'worker processes (default: by cores)').argParser(toNumber))
    .option(
      '-x, --tta',
      'average over eight rotations and reflections: slightly better, 8 times slower',
      false,
    );
}

function addImageOptions(command: Command): Command {
  const { format, background } = DEFAULT_JOB_SETTINGS;
  return command
    .option('-f, --format <format>', ['same', ...writtenExtensions()].join(', '), format)
    .addOption(new Option('-q, --quality <n>', qualityHelp()).argParser(toNumber))
    .option('--pages <pages>', 'pages of a TIFF: all, first, or numbers such as 1-3,7 (default: all)')
    .addOption(
      new Option('--frames <frames>', 'frames of an animation (default: all)').choices(['all', 'first']),
    )
    .addOption(
      new Option('--metadata <policy>', 'keep all, remove private data (safe), or remove all (none)')
        .choices(['all', 'safe', 'none'])
        .default('all'),
    )
    .addOption(
      new Option('--color <policy>', 'keep the colour profile, or convert to sRGB')
        .choices(['keep', 'srgb'])
        .default('keep'),
    )
    .option(
      '--background <colour>',
      'colour behind transparent areas, for formats without transparency',
      background,
    );
}

/** Adds the options that `run` and `watch` share: everything that decides on a result's content and name. */
export function addBatchOptions(command: Command): Command {
  const groups = [addFileOptions, addSizeOptions, addEngineOptions, addImageOptions, addQueueOptions];
  for (const addGroup of groups) addGroup(command);
  return command;
}

/** Adds the options of `run` to a command, with the letters that existing scripts use. */
export function addRunOptions(command: Command): Command {
  return addReportOptions(addBatchOptions(addPlaceOptions(command)))
    .option('--json', 'print one JSON event per line to stdout (docs/events.md)', false)
    .option('--dry-run', 'show what would be done without doing it', false)
    .option('--fail-fast', 'stop at the first failure', false)
    .addOption(
      new Option('--resume [batch]', 'continue the last interrupted batch, instead of -i and -o').argParser(
        toNumber,
      ),
    )
    .option('--wait-for-space', 'wait while the disk of the results is full, instead of failing', false)
    .option('--data <dir>', 'folder of the job list (default: the system’s data folder)')
    .option('-v, --verbose', 'print more details', false);
}

function usageError(message: string): EnlargerError {
  return new EnlargerError('usage/invalid-option', message);
}

/**
 * A new batch; the rest of an interrupted one, the last if no number is given; or the results of a report
 * again.
 */
export type RunTask =
  | { readonly kind: 'new'; readonly request: BatchRequest }
  | {
      readonly kind: 'resume';
      readonly batchId?: number;
      readonly report: BatchReportRequest;
    }
  | { readonly kind: 'repeat'; readonly request: RepeatRequest };

export interface RunOptions {
  readonly task: RunTask;
  /** Worker processes; as many as fit this machine if absent. */
  readonly workers?: number | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly whenDiskFull: 'wait' | 'fail';
  readonly dataFolder: string;
  /** Other machines; this one alone if absent. */
  readonly machines?: MachineOptions | undefined;
  readonly isReproducible: boolean;
}

function dataFolderOf({ data }: RawOptions): string {
  return data === undefined ? dataFolder() : path.resolve(data);
}

/** The program's models, or those of a folder that was named, and those that were added. */
function modelsOf(given: RawOptions): string {
  return modelsPath(path.resolve(given.models), dataFolderOf(given));
}

function toRequest(given: RawOptions): BatchRequest {
  const settings = {
    sizing: toSizing(given),
    onlyIfSmaller: given.onlyIfSmaller,
    model: given.model,
    ...(given.first.length > 0 && { first: given.first }),
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
  };
  const { exists, recursive, include, exclude, failFast, dryRun } = given;
  const { inputs, output } = requirePlaces(given);
  const report = toReportRequest(given);
  const spec = parseSpec({
    sources: inputs.map((each) => ({ kind: 'path', path: each })),
    destination: { kind: 'path', path: output },
    settings,
    exists,
    nameTemplate: given.name,
    recursive,
    include,
    exclude,
    report: { measure: report.measure, formats: report.each ? ['json'] : [] },
  });
  return { spec, failFast, dryRun, modelsFolder: modelsOf(given), report };
}

function requirePlaces({ input, output }: RawOptions): { inputs: readonly string[]; output: string } {
  if (input === undefined) {
    throw usageError('No input given; use -i <path...>, or -i - for a list from standard input.');
  }
  if (output === undefined) throw usageError('No output given; use -o <path>.');
  return { inputs: input, output };
}

function toRepeatRequest(given: RawOptions, reportPath: string): RepeatRequest {
  if (given.input !== undefined) {
    throw usageError('--from-report reads the inputs from the report. Leave out -i.');
  }
  if (given.report.length > 0 || given.reportEach) {
    const option = given.reportEach ? '--report-each' : '--report';
    throw usageError(`--from-report does not write a report. Leave out ${option}.`);
  }
  const { output, exists } = given;
  const modelsFolder = modelsOf(given);
  return {
    ...{ reportPath, exists, modelsFolder },
    ...(output !== undefined && { output }),
  };
}

function toTask(given: RawOptions): RunTask {
  if (given.fromReport !== undefined) {
    return { kind: 'repeat', request: toRepeatRequest(given, given.fromReport) };
  }
  if (given.resume === undefined) return { kind: 'new', request: toRequest(given) };
  if (given.input !== undefined || given.output !== undefined || given.dryRun) {
    throw usageError(
      '--resume continues a batch with its own inputs and settings. Leave out -i, -o and --dry-run.',
    );
  }
  if (given.reportEach || !given.measure) {
    const option = given.reportEach ? '--report-each' : '--no-measure';
    throw usageError(
      `${option} can only be given when a batch starts. Only --report can be combined with --resume.`,
    );
  }
  const batch = given.resume === true ? {} : { batchId: given.resume };
  return { kind: 'resume', ...batch, report: toReportRequest(given) };
}

/** `maxMegapixels` → `max-megapixels`. */
function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @throws EnlargerError `usage/invalid-option`, naming the option and what it may be. */
export function parseRunOptions(raw: unknown): RunOptions {
  const options = rawOptionsSchema.safeParse(raw);
  if (!options.success) {
    const optionOf = ([name]: readonly PropertyKey[]): string => `--${toKebab(String(name))}`;
    throw schemaError({ schema: rawOptionsSchema, given: raw, error: options.error, optionOf });
  }
  const given = options.data;
  return {
    task: toTask(given),
    workers: given.jobs,
    json: given.json,
    verbose: given.verbose,
    whenDiskFull: given.waitForSpace ? 'wait' : 'fail',
    dataFolder: dataFolderOf(given),
    machines: toMachineOptions(given),
    isReproducible: given.reproducible,
  };
}
