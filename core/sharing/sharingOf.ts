/**
 * @file Sharing the list with other machines: `joinMachines.ts` connects a host with them, by options of a command or, through
 * `sharingOf.ts`, by the settings of the desktop program.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { toErrorDto } from '../api/errors.ts';
import type { Sharing, SharingChange } from '../api/programSettings.ts';
import { writeWhole } from '../files/writeWhole.ts';
import type { MachineOptions } from '../machines/openMachines.ts';
import type { HostParts } from '../host/hostParts.ts';
import type { ProgramOptions } from '../host/startProgram.ts';
import { joinMachines } from './joinMachines.ts';

/** The same as on the command line. */
function machineOptions({ queue, roots }: Sharing, password: string | undefined): MachineOptions {
  return {
    queue,
    roots: roots.map(({ name, folder }) => `${name}=${folder}`),
    ...(password !== undefined && { password }),
  };
}

function passwordFile(dataFolder: string): string {
  return path.join(dataFolder, 'queue-password');
}

function readPassword(dataFolder: string): string | undefined {
  try {
    return readFileSync(passwordFile(dataFolder), 'utf8');
  } catch {
    // A server without a password, or the environment has it.
    return undefined;
  }
}

function keepPassword(dataFolder: string, password: string | undefined): void {
  if (password === undefined) rmSync(passwordFile(dataFolder), { force: true });
  else writeWhole(passwordFile(dataFolder), password);
}

/** The password goes to the server that it was meant for, and to no other. */
async function adopt(
  sharing: SharingChange | null,
  before: Sharing | null,
  dataFolder: string,
): Promise<void> {
  if (sharing === null) {
    keepPassword(dataFolder, undefined);
    return;
  }
  const kept = sharing.queue === before?.queue ? readPassword(dataFolder) : undefined;
  const password = sharing.password ?? kept;
  const { tryMachines } = await import('../machines/openMachines.ts');
  await tryMachines(machineOptions(sharing, password));
  keepPassword(dataFolder, password);
}

/**
 * Joins the machines that the settings name. If that fails, the program starts all the same and works alone.
 *
 * @param sharing Null if the list is not shared.
 */
export async function sharingOf(
  sharing: Sharing | null,
  { dataFolder, log }: Pick<HostParts, 'dataFolder' | 'log'>,
): Promise<Pick<ProgramOptions, 'sharing' | 'widenPool'>> {
  const parts: HostParts['sharing'] = {
    adopt: (change, before) => adopt(change, before, dataFolder),
  };
  if (sharing === null) return { sharing: parts };
  const onNote = (sentence: string): void => {
    log.warn(sentence);
  };
  try {
    const widen = await joinMachines(machineOptions(sharing, readPassword(dataFolder)), { onNote });
    return { sharing: parts, widenPool: (local, store) => widen(local, () => store) };
  } catch (error) {
    const problem = toErrorDto(error);
    log.warn(`The list is not shared: ${problem.message}`);
    return { sharing: { ...parts, problem } };
  }
}
