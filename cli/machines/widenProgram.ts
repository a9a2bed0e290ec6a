import type { HostLog } from '../../core/host/hostParts.ts';
import type { JoinParts, WidenLocal } from '../../core/sharing/joinMachines.ts';
import type { ProgramOptions } from '../../core/host/startProgram.ts';
import type { MachineOptions } from '../../core/machines/openMachines.ts';
import type { PoolDevices } from '../../core/pool/localPool.ts';
import { commandDevices } from '../commandDevices.ts';
import { programVersion } from '../program.ts';

interface QueueParts {
  readonly onNote: JoinParts['onNote'];
  /** Hands work only to machines with the same program and engine. */
  readonly isReproducible: boolean;
  readonly devices: PoolDevices;
}

/**
 * Joins the machines of `--queue`; without that option, none of this code is loaded.
 *
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function joinQueue(
  machines: MachineOptions,
  { onNote, isReproducible, devices }: QueueParts,
): Promise<WidenLocal> {
  const { joinMachines } = await import('../../core/sharing/joinMachines.ts');
  if (!isReproducible) return joinMachines(machines, { onNote });
  const { engineOf } = await import('./engineOf.ts');
  const own = await engineOf(devices);
  return joinMachines(machines, {
    onNote,
    isEqual: ({ version, engine }) => version === programVersion() && engine === own,
  });
}

/**
 * Joins other machines for a program that keeps running, if there is a queue.
 *
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function widenProgram(
  {
    machines,
    isReproducible,
  }: { readonly machines?: MachineOptions | undefined; readonly isReproducible: boolean },
  log: HostLog,
): Promise<Pick<ProgramOptions, 'widenPool'>> {
  if (machines === undefined) return {};
  const onNote = (sentence: string): void => {
    log.warn(sentence);
  };
  const widen = await joinQueue(machines, { onNote, isReproducible, devices: commandDevices() });
  return { widenPool: (local, store) => widen(local, () => store) };
}
