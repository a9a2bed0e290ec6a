import path from 'node:path';
import type { BatchSpec } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import { OutputVolumes } from '../../files/outputVolumes.ts';
import type { Store } from '../../store/store.ts';
import { storedMounts } from './storedMounts.ts';

/**
 * Refuses a batch whose results would be written below the mount point of a volume that was mounted at an earlier
 * start, rather than onto the volume.
 *
 * @throws EnlargerError `output/not-writable`.
 */
export async function assertMounted({ destination }: BatchSpec, store: Store): Promise<void> {
  if (destination.kind !== 'path') return;
  const folder = path.resolve(destination.path);
  if (await new OutputVolumes(storedMounts(store)).isThere(folder)) return;
  const message = `The volume of ${folder} is not mounted. Mount it, or choose another output.`;
  throw new EnlargerError('output/not-writable', message, { file: folder });
}
