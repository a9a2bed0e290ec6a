import path from 'node:path';
import type { ErrorDto } from '../../core/api/errors.ts';
import type { FoundImage } from '../../core/jobs/findImages.ts';
import { splitName } from '../../core/jobs/outputNames.ts';

/** Two files to compare, or one without a partner. */
export type ImagePair =
  | { readonly kind: 'pair'; readonly reference: string; readonly output: string }
  | { readonly kind: 'alone'; readonly file: string; readonly error: ErrorDto };

/** The start of a suffix of an image's name: `cat_4x`, `cat-hr`, `cat (2)`. */
const SUFFIX_START = /^[ ._(~-]/;

interface NamedImage {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly extension: string;
}

function named({ path: file, relativeFolder }: FoundImage): NamedImage {
  const { name, extension } = splitName(path.basename(file));
  return { path: file, folder: relativeFolder, name, extension: extension.toLowerCase() };
}

function isNamedAfter(output: NamedImage, reference: NamedImage): boolean {
  if (output.folder !== reference.folder || !output.name.startsWith(reference.name)) return false;
  const suffix = output.name.slice(reference.name.length);
  return suffix === '' || SUFFIX_START.test(suffix);
}

/** The references with the longest matching name; of several, those with the output's extension. */
function referencesOf(output: NamedImage, references: readonly NamedImage[]): NamedImage[] {
  const fitting = references.filter((reference) => isNamedAfter(output, reference));
  const longest = Math.max(...fitting.map(({ name }) => name.length));
  const closest = fitting.filter(({ name }) => name.length === longest);
  const sameEnding = closest.filter(({ extension }) => extension === output.extension);
  return closest.length > 1 && sameEnding.length > 0 ? sameEnding : closest;
}

function alone(file: string, message: string): ImagePair {
  return { kind: 'alone', file, error: { code: 'input/not-found', message } };
}

/**
 * Finds the reference of every output: a file with the same name, apart from a suffix such as `_4x`, in the
 * corresponding subfolder.
 *
 * @returns Pairs in the order of the outputs, then the unused references.
 */
export function pairImages(references: readonly FoundImage[], outputs: readonly FoundImage[]): ImagePair[] {
  const candidates = references.map(named);
  const used = new Set<string>();
  const pairs = outputs.map(named).map((output): ImagePair => {
    const [reference, another] = referencesOf(output, candidates);
    if (reference === undefined)
      return alone(output.path, `There is no reference named like ${output.path}.`);
    if (another !== undefined) {
      const message = `${output.path} matches both ${reference.path} and ${another.path}; rename one of them.`;
      return alone(output.path, message);
    }
    used.add(reference.path);
    return { kind: 'pair', reference: reference.path, output: output.path };
  });
  const unused = candidates.filter((reference) => !used.has(reference.path));
  return [...pairs, ...unused.map(({ path: file }) => alone(file, `There is no output named like ${file}.`))];
}
