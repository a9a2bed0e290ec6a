import type { MachineOptions } from '../../core/machines/openMachines.ts';
import type { PoolDevices } from '../../core/pool/localPool.ts';
import type { JobPool } from '../../core/pool/jobPool.ts';
import type { Store } from '../../core/store/store.ts';
import { programVersion } from '../program.ts';

export interface JoinParts {
  readonly onNote: (sentence: string) => void;
  /** Only hand work to machines with the same program and engine. */
  readonly isReproducible?: boolean;
  readonly devices: PoolDevices;
}

/** Turns a local pool into one of all machines; the store, if there is one, is requested at the first job. */
export type WidenLocal = (local: JobPool, store: () => Store | undefined) => JobPool;

/** The id of the coordinator that works on a list of jobs; results are recognised by it after a restart. */
function coordinatorOf(store: Store | undefined, newId: () => string): string {
  const known = store?.fact('coordinator');
  if (known !== undefined) return known;
  const id = newId();
  store?.noteFact('coordinator', id);
  return id;
}

/**
 * Joins the machines of a queue. Nothing of it is loaded without `--queue`.
 *
 * @returns A function that turns a local pool into one of all machines; the pool that it returns closes the local one.
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function joinMachines(
  options: MachineOptions,
  { onNote, isReproducible = false, devices }: JoinParts,
): Promise<WidenLocal> {
  const { openMachines } = await import('../../core/machines/openMachines.ts');
  const { newId } = await import('../../core/machines/queueKeys.ts');
  const { ModelHashes } = await import('../../core/host/queue/modelHashes.ts');
  const { sweepLeftovers } = await import('../../core/host/queue/leftovers.ts');
  const hashes = new ModelHashes();
  const own = isReproducible ? await (await import('./engineOf.ts')).engineOf(devices) : '';
  const widen = await openMachines(options, {
    onNote,
    sweepFolder: (folder) => sweepLeftovers(folder, { isWorkOver: true }),
    modelHashOf: (settings, modelsFolder) => hashes.learn(settings, modelsFolder),
    ...(isReproducible && {
      isEqual: ({ version, engine }) => version === programVersion() && engine === own,
    }),
  });
  return (local, store) => widen(local, () => coordinatorOf(store(), newId));
}
