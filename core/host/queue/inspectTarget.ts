import type { ExistsPolicy } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import { existingKind } from '../../files/publish.ts';
import { fileKey } from '../../files/fileKey.ts';

/** Whether a file is an input of the batch, by its path or by what it is. */
export type IsInput = (file: { readonly path: string; readonly key: string }) => boolean;

/**
 * What stands at a target decides whether there is work to do.
 *
 * @returns `work`, or `there` where the result counts as made.
 * @throws EnlargerError `output/is-an-input`, `output/is-a-directory`, `output/exists`.
 */
export async function inspectTarget(
  target: string,
  exists: ExistsPolicy,
  isInput: IsInput,
): Promise<'work' | 'there'> {
  const found = await existingKind(target);
  if (found === 'nothing') return 'work';
  const key = await fileKey(target);
  if (key !== undefined && isInput({ path: target, key })) {
    const message = `${target} is one of the inputs; inputs are never written. Choose another output.`;
    throw new EnlargerError('output/is-an-input', message, { file: target });
  }
  if (found === 'folder' || (found === 'other' && exists === 'overwrite')) {
    const message = `${target} is not a file, so no image can be put there.`;
    throw new EnlargerError('output/is-a-directory', message, { file: target });
  }
  if (exists === 'error') {
    throw new EnlargerError('output/exists', `${target} is there already.`, { file: target });
  }
  return exists === 'skip' ? 'there' : 'work';
}
