import os from 'node:os';
import path from 'node:path';
import { closeToOthers } from '../files/closeToOthers.ts';
import { makeFolderSync } from '../files/makeFolder.ts';
import { unusableFolder } from '../store/openStore.ts';

/** The properties of the machine that decide where the program keeps its data. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const HERE: Surroundings = { platform: process.platform, home: os.homedir(), environment: process.env };

function conventionalFolder({ platform, home, environment }: Surroundings): string {
  switch (platform) {
    case 'win32':
      return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Enlarger');
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'Enlarger');
    default: {
      const given = environment['XDG_DATA_HOME'];
      // The XDG specification says to ignore a relative path.
      const base = given !== undefined && path.isAbsolute(given) ? given : path.join(home, '.local', 'share');
      return path.join(base, 'enlarger');
    }
  }
}

/**
 * Where the program keeps its list of jobs, its settings and its logs: as `ENLARGER_DATA` says, else as the platform's
 * convention does. It must be on a local disk.
 */
export function dataFolder(surroundings: Surroundings = HERE): string {
  const given = surroundings.environment['ENLARGER_DATA'];
  return given !== undefined && given !== '' ? path.resolve(given) : conventionalFolder(surroundings);
}

/**
 * Creates the data folder before the store is opened, and closes it to other users.
 *
 * @throws EnlargerError `store/damaged` if it cannot be created.
 */
export function makeDataFolder(folder: string): void {
  try {
    makeFolderSync(folder, { mode: 0o700 });
  } catch (error) {
    throw unusableFolder(folder, error);
  }
  closeToOthers(folder);
}
