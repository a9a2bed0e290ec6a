import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError } from '../../api/errors.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { formatOfExtension, hasImageExtension } from '../../api/imageFormats.ts';
import { formatOfTemplate } from '../../jobs/outputNames.ts';
import type { BesideSources, PlanRequest } from './planRequest.ts';

/** Where results go: into a folder, under one name, or next to their sources. */
export type OutputPlace = { readonly kind: 'folder' | 'file'; readonly path: string } | BesideSources;

/** Extensions of images that are not written; folders are not named like that. */
const NOT_WRITTEN =
  /\.(bmp|dib|jxl|jp2|j2k|jpx|jpf|psd|psb|svg|svgz|ico|icns|tga|exr|hdr|ppm|pgm|pbm|pnm|dng|nef|cr2|cr3|arw|raf|orf|rw2|pdf)$/i;

function outputError(output: string, problem: string): EnlargerError {
  return new EnlargerError('usage/invalid-option', `The output ${output} ${problem}`, { output });
}

async function isOneFile([only, ...others]: readonly string[]): Promise<boolean> {
  if (only === undefined || others.length > 0) return false;
  return stat(only).then(
    (stats) => !stats.isDirectory(),
    // A missing input fails on its own; the output is not to blame.
    () => !/^@|[*?[\]{}]/.test(only),
  );
}

function assertNameFits(given: string, oneFile: boolean): void {
  if (formatOfExtension(path.extname(given)) === undefined) {
    throw outputError(
      given,
      'names a format that is not written. Use .jpg, .png, .webp, .avif, .tif, .gif or .jxl, or a folder.',
    );
  }
  if (!oneFile) {
    throw outputError(
      given,
      `names one file, but there may be several results. Use a folder, or ${given}/ for one of that name.`,
    );
  }
}

/**
 * Decides what an output path means. An existing folder is a folder; so is everything that does not look like an
 * image's name, or ends in a slash.
 *
 * @throws EnlargerError `usage/invalid-option` if it cannot take the results.
 */
export async function outputPlace({ output, inputs }: PlanRequest): Promise<OutputPlace> {
  if (output.kind === 'beside') return output;
  const resolved = path.resolve(output.path);
  const stats = await stat(resolved).catch(() => undefined);
  if (stats?.isDirectory() === true) return { kind: 'folder', path: resolved };
  const oneFile = await isOneFile(inputs);
  if (stats !== undefined && !(oneFile && stats.isFile())) {
    throw outputError(output.path, 'is a file, but these inputs need a folder.');
  }
  const namesImage = hasImageExtension(resolved) || NOT_WRITTEN.test(resolved);
  if (!namesImage || /[/\\]$/.test(output.path)) return { kind: 'folder', path: resolved };
  assertNameFits(output.path, oneFile);
  return { kind: 'file', path: resolved };
}

/**
 * The format that the request asks for, by the output's name, the name template or the setting; undefined if it is
 * to be the source's.
 *
 * @throws EnlargerError `usage/invalid-option` if name and setting disagree.
 */
export function requestedFormat(
  place: OutputPlace,
  { settings, nameTemplate }: Pick<PlanRequest, 'settings' | 'nameTemplate'>,
): OutputFormat | undefined {
  const name = place.kind === 'file' ? place.path : nameTemplate;
  const named =
    place.kind === 'file' ? formatOfExtension(path.extname(place.path)) : formatOfTemplate(nameTemplate);
  const chosen = settings.format === 'same' ? undefined : settings.format;
  if (named === undefined || chosen === undefined || named === chosen) return chosen ?? named;
  const message = `${name} names the format ${named}, but ${chosen} was chosen. Change one of the two.`;
  throw new EnlargerError('usage/invalid-option', message, { name, format: chosen });
}
