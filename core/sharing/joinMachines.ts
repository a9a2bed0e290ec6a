import type { MachineOptions } from '../machines/openMachines.ts';
import type { Presence } from '../machines/messages.ts';
import type { JobPool } from '../pool/jobPool.ts';
import type { Store } from '../store/store.ts';
import { ModelHashes } from '../host/queue/modelHashes.ts';
import { sweepLeftovers } from '../host/queue/leftovers.ts';

export interface JoinParts {
  readonly onNote: (sentence: string) => void;
  /** Whether a machine's results may be mixed with ours; all if absent. */
  readonly isEqual?: (presence: Presence) => boolean;
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
 * Joins the machines of a queue. What only this needs is loaded here.
 *
 * @returns A function that turns a local pool into one of all machines; the pool that it returns closes the local one.
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function joinMachines(options: MachineOptions, parts: JoinParts): Promise<WidenLocal> {
  const { openMachines } = await import('../machines/openMachines.ts');
  const { newId } = await import('../machines/queueKeys.ts');
  const hashes = new ModelHashes();
  const widen = await openMachines(options, {
    ...parts,
    sweepFolder: (folder) => sweepLeftovers(folder, { isWorkOver: true }),
    modelHashOf: (settings, modelsFolder) => hashes.learn(settings, modelsFolder),
  });
  return (local, store) => widen(local, () => coordinatorOf(store(), newId));
}
