import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExistsPolicy } from '../../api/batchSpec.ts';
import type { Size } from '../../api/image.ts';
import { hasImageExtension } from '../../api/imageFormats.ts';
import { fileVersion } from '../../files/fileKey.ts';
import { publish } from '../../files/publish.ts';
import { unfinishedFile } from '../../files/unfinishedFile.ts';
import { enlargedXmpValues, patchXmp } from '../../metadata/xmp/patchXmp.ts';
import { scaleXmp } from '../../metadata/xmp/scaleXmp.ts';
import { withoutClaims } from '../../metadata/xmp/withoutClaims.ts';

/** Larger files next to an image are not sidecars. */
const MAX_SIDECAR_BYTES = 16 * 1024 * 1024;

function withoutExtension(file: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, name);
}

/** Cameras and older programs write endings in capitals. */
const SIDECAR_ENDINGS = ['.xmp', '.XMP'];

/** The names under which programs keep XMP next to an image, for the image and for its result. */
function sidecarPairs(image: string, result: string): (readonly [from: string, to: string])[] {
  return SIDECAR_ENDINGS.flatMap((ending) => [
    [`${image}${ending}`, `${result}${ending}`] as const,
    [`${withoutExtension(image)}${ending}`, `${withoutExtension(result)}${ending}`] as const,
  ]);
}

/** Permissions of a regular sidecar file, or undefined without one. Links are not followed: they could lead anywhere. */
async function modeOfSidecar(file: string): Promise<number | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isFile() === true && stats.size <= MAX_SIDECAR_BYTES ? stats.mode & 0o666 : undefined;
}

/** Whether a sidecar belongs, or may belong, to another image than the result that it is next to. */
async function isOfAnother(sidecar: string, result: string): Promise<boolean> {
  const stem = withoutExtension(sidecar);
  if (stem === result) return false;
  const names = await readdir(path.dirname(sidecar)).catch(() => []);
  return names.some((name) => {
    const file = path.join(path.dirname(sidecar), name);
    return file !== result && hasImageExtension(name) && withoutExtension(file) === stem;
  });
}

/**
 * Copies an image's XMP sidecars (`x.jpg.xmp`, `x.xmp`) to its result, with its sizes. One that is
 * there already is treated as the policy has it for results; `error` leaves it, and so is what may be the sidecar of
 * another image (`x.xmp` next to `x.jpg` and its result `x.png`).
 *
 * @param options The sizes of the result and of the image that it was made from, and what is done with sidecars that exist.
 * @returns Sentences on sidecars that could not be written.
 */
export async function copySidecars(
  image: string,
  result: string,
  options: { readonly size: Size; readonly from: Size; readonly exists: ExistsPolicy },
): Promise<string[]> {
  const warnings: string[] = [];
  const change = { from: options.from, to: options.size };
  const pairs = sidecarPairs(image, result);
  const modes = await Promise.all(pairs.map(([from]) => modeOfSidecar(from)));
  for (const [index, [from, to]] of pairs.entries()) {
    const mode = modes[index];
    if (mode === undefined) continue;
    const tempPath = await unfinishedFile(to);
    try {
      const values = enlargedXmpValues({ ...options.size, isSrgbNow: false });
      await writeFile(tempPath, patchXmp(withoutClaims(scaleXmp(await readFile(from), change)), values), {
        flag: 'wx',
        mode,
      });
      const isReplaced = options.exists === 'overwrite' && !(await isOfAnother(to, result));
      const replaces = isReplaced ? await fileVersion(to) : undefined;
      await publish(tempPath, to, 'skip', replaces === undefined ? {} : { replaces });
    } catch (error) {
      await rm(tempPath, { force: true });
      warnings.push(
        `The sidecar ${from} could not be copied: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return warnings;
}
