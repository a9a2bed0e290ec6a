import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { EnlargerError } from '../../core/api/errors.ts';
import type { BatchRequest } from '../../core/host/batches/batchRequest.ts';
import type { MachineOptions } from '../../core/machines/openMachines.ts';
import { localPathSchema } from './localPath.ts';
import { addBatchOptions, parseRunOptions } from './runOptions.ts';
import { schemaError } from './schemaErrors.ts';
import { toKebab } from './settingOptions.ts';

export interface WatchCommandOptions {
  /** Absolute paths. */
  readonly folders: readonly string[];
  /** How every image is enlarged; its inputs do not matter. */
  readonly request: BatchRequest;
  readonly settleMs: number;
  readonly moveOriginalsTo?: string;
  readonly isOnce: boolean;
  /** Images that are in the folders at the start are ignored. */
  readonly onlyNew: boolean;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  readonly dataFolder: string;
  /** Other machines; this one alone if absent. */
  readonly machines?: MachineOptions | undefined;
  readonly isReproducible: boolean;
}

const rawSchema = z.object({
  settle: z.string(),
  moveOriginals: localPathSchema.optional(),
  once: z.boolean(),
  onlyNew: z.boolean(),
});

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** `2s`, `500ms`, `1m`, and plain seconds. */
function toMilliseconds(text: string): number {
  const [, digits = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim()) ?? [];
  const value = Number(digits) * UNITS_MS[unit === 'ms' || unit === 'm' ? unit : 's'];
  if (digits !== '' && value >= 100 && value <= 3_600_000) return Math.round(value);
  const message = `--settle ${text} is not valid; give a time from 100ms to 60m, such as 2s.`;
  throw new EnlargerError('usage/invalid-option', message, { settle: text });
}

/** Adds the options of `watch` to a command. */
export function addWatchOptions(command: Command): Command {
  return addBatchOptions(
    command
      .argument('<dir...>', 'folders to watch')
      .requiredOption('-o, --output <dir>', 'folder for the results; it mirrors the watched folders'),
  )
    .option('--settle <time>', 'accept a file once it has not changed for this long', '2s')
    .option('--move-originals <dir>', 'move each original there once its result is done')
    .option('--no-measure', 'do not check the results')
    .option('--once', 'enlarge the complete images in the folders, then exit', false)
    .option('--only-new', 'ignore the images that are in the folders at the start', false)
    .option('--json', 'print one JSON object per line to stdout (docs/events.md)', false)
    .option('--data <dir>', 'folder of the job list (default: the system’s data folder)')
    .option('-v, --verbose', 'print more details', false);
}

/** @throws EnlargerError `usage/invalid-option`. */
export function parseWatchOptions(folders: readonly string[], raw: unknown): WatchCommandOptions {
  const given = rawSchema.safeParse(raw);
  if (!given.success) {
    const optionOf = ([name]: readonly PropertyKey[]): string => `--${toKebab(String(name))}`;
    throw schemaError({ schema: rawSchema, given: raw, error: given.error, optionOf });
  }
  const { settle, moveOriginals, once, onlyNew } = given.data;
  if (once && onlyNew) {
    const message =
      '--once ends after the images in the folders, and --only-new ignores them. Use one of the two.';
    throw new EnlargerError('usage/invalid-option', message);
  }
  const fixed = {
    ...{ input: folders, dryRun: false, failFast: false, waitForSpace: true },
    ...{ report: [], reportEach: false },
  };
  const { task, json, verbose, dataFolder, machines, isReproducible } = parseRunOptions({
    ...(raw as object),
    ...fixed,
  });
  if (task.kind !== 'new') throw new TypeError('Watching always starts a new batch.');
  return {
    folders: folders.map((folder) => path.resolve(folder)),
    request: task.request,
    settleMs: toMilliseconds(settle),
    ...(moveOriginals !== undefined && { moveOriginalsTo: path.resolve(moveOriginals) }),
    ...{ isOnce: once, onlyNew, isJson: json, isVerbose: verbose, dataFolder },
    ...{ machines, isReproducible },
  };
}
