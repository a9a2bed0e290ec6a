import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../../core/api/errors.ts';
import { isAddress } from '../../core/files/addressProblem.ts';
import { dataFolder } from '../../core/host/dataFolder.ts';

/** `C:\photos`, `\\server\share`: on other systems, one name with backslashes in it. */
const WINDOWS_PATH = /^(?:[a-z]:[\\/]|\\\\)/i;

/** Shells replace `~` only at the start of a word, so not in `--output=~/photos`. */
const HOME = /^~(?:[\\/]|$)/;

/** Why a text is not a path on this machine, as the predicate of a sentence; undefined for one that may be. */
export function pathProblem(given: string, system: string = process.platform): string | undefined {
  if (isAddress(given)) return 'must be a path on this machine; for a share, the folder where it is mounted';
  if (HOME.test(given)) return 'must be a full path, because the shell did not replace its ~';
  return system !== 'win32' && WINDOWS_PATH.test(given) ? 'must be a path of this system' : undefined;
}

/** The path of an output. A text that looks like an address would become a folder of that name. */
export const localPathSchema = z
  .string()
  .min(1)
  .superRefine((given, context) => {
    const message = pathProblem(given);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/**
 * The data folder that `--data` names, or the system's.
 *
 * @throws EnlargerError `usage/invalid-option`.
 */
export function givenDataFolder(data: string | undefined): string {
  if (data === undefined) return dataFolder();
  const problem = data === '' ? 'must name a folder' : pathProblem(data);
  if (problem === undefined) return path.resolve(data);
  const message = `--data ${problem}; ${JSON.stringify(data)} was given.`;
  throw new EnlargerError('usage/invalid-option', message, { option: '--data' });
}
