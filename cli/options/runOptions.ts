import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { EXISTS_POLICIES } from '../../core/api/batchSpec.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import { addressProblem } from '../../core/files/addressProblem.ts';
import type { BatchReportRequest } from '../../core/host/reports/batchReports.ts';
import type { BatchRequest } from '../../core/host/batches/batchRequest.ts';
import type { RepeatRequest } from '../../core/host/batches/repeatBatch.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../core/api/batchSpec.ts';
import type { MachineOptions } from '../../core/machines/openMachines.ts';
import { modelsPath } from '../../core/models/modelRegistry.ts';
import { BUNDLED_MODELS } from '../program.ts';
import { addQueueOptions, toMachineOptions } from '../machines/queueOptions.ts';
import { givenDataFolder } from './localPath.ts';
import { toNumber } from './optionValues.ts';
import { rawOptionsSchema, type RawOptions } from './rawOptions.ts';
import { refuseUnused } from './refuseUnused.ts';
import { addReportOptions, toReportRequest } from './reportOptions.ts';
import { addSizeOptions, toSizing } from './sizeOptions.ts';
import { addSettingOptions, toKebab, toSettings } from './settingOptions.ts';
import { parseSpec, schemaError } from './schemaErrors.ts';

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
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
      new Option('--exists <policy>', 'if a result exists already').choices(EXISTS_POLICIES).default('skip'),
    );
}

function addWorkOptions(command: Command): Command {
  return command
    .option('-m, --models <dir>', 'folder of the models', BUNDLED_MODELS)
    .addOption(new Option('-j, --jobs <n>', 'worker processes (default: by cores)').argParser(toNumber));
}

/** Adds the options that `run` and `watch` share: everything that decides on a result's content and name. */
export function addBatchOptions(command: Command): Command {
  const groups = [addFileOptions, addSizeOptions, addSettingOptions, addWorkOptions, addQueueOptions];
  for (const addGroup of groups) addGroup(command);
  return command;
}

/** Adds the options of `run` to a command, with the letters that existing scripts use. */
export function addRunOptions(command: Command): Command {
  refuseUnused(command, [addFileOptions, addSizeOptions, addSettingOptions], 'exists');
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
 * A new batch; the rest of an interrupted one, the last one if no number is given; or the results of a report
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

/** The models of the program or of a named folder, and those that were added. */
function modelsOf(given: RawOptions): string {
  return modelsPath(path.resolve(given.models), givenDataFolder(given.data));
}

function toRequest(given: RawOptions): BatchRequest {
  const { exists, recursive, include, exclude, failFast, dryRun } = given;
  const { inputs, output } = requirePlaces(given);
  const report = toReportRequest(given);
  const spec = parseSpec({
    sources: inputs.map((each) => ({ kind: 'path', path: each })),
    destination: { kind: 'path', path: output },
    settings: { ...toSettings(given), sizing: toSizing(given) },
    exists,
    nameTemplate: given.name,
    recursive,
    include,
    exclude,
    report: { measure: report.measure, formats: report.each ? ['json'] : [] },
  });
  return { spec, failFast, dryRun, modelsFolder: modelsOf(given), report };
}

/** An address among the lines of a list fails alone. */
function refuseAddresses(inputs: readonly string[]): void {
  const [problem] = inputs
    .filter((input) => !existsSync(input))
    .flatMap((input) => addressProblem(input) ?? []);
  if (problem !== undefined) throw usageError(problem);
}

function requirePlaces({ input, output }: RawOptions): { inputs: readonly string[]; output: string } {
  if (input === undefined) {
    throw usageError('No input given; use -i <path...>, or -i - for a list from standard input.');
  }
  if (output === undefined) throw usageError('No output given; use -o <path>.');
  refuseAddresses(input);
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

/** @throws EnlargerError `usage/invalid-option`, naming the option and its valid values. */
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
    dataFolder: givenDataFolder(given.data),
    machines: toMachineOptions(given),
    isReproducible: given.reproducible,
  };
}
