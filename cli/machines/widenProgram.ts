import type { HostLog } from '../../core/host/hostParts.ts';
import type { ProgramOptions } from '../../core/host/startProgram.ts';
import type { MachineOptions } from '../../core/machines/openMachines.ts';
import { commandDevices } from '../commandDevices.ts';

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
  const { joinMachines } = await import('./joinMachines.ts');
  const onNote = (sentence: string): void => {
    log.warn(sentence);
  };
  const widen = await joinMachines(machines, { onNote, isReproducible, devices: commandDevices() });
  return { widenPool: (local, store) => widen(local, () => store) };
}
