import { EnlargerError } from '../api/errors.ts';
import { isInside } from '../files/isInside.ts';
import { realFolder } from '../files/realFolder.ts';

/**
 * The first of three guards against a watched folder that enlarges its own results: the folder of the results is compared
 * by real paths, so that links do not hide it.
 *
 * @returns Real paths of folders that must never be entered: those results and moved originals inside the folder.
 * @throws EnlargerError `watch/feeds-itself` if results would be among the images to enlarge.
 */
export async function closedFolders(
  folder: string,
  outputs: readonly string[],
): Promise<ReadonlySet<string>> {
  const watched = await realFolder(folder);
  const closed = new Set<string>();
  for (const output of outputs) {
    const target = await realFolder(output);
    if (isInside(target, watched)) {
      const message =
        `Results for ${folder} would go to ${output}, which contains the watched folder: ` +
        'they would be enlarged again and again. Choose another folder, or one inside the watched folder.';
      throw new EnlargerError('watch/feeds-itself', message, { folder, output });
    }
    if (isInside(watched, target)) closed.add(target);
  }
  return closed;
}
