import { createHash } from 'node:crypto';
import path from 'node:path';
import { DEFAULT_NAME_TEMPLATE } from '../api/batchSpec.ts';
import { EnlargerError } from '../api/errors.ts';
import { formatOfExtension, hasImageExtension, IMAGE_FORMATS } from '../api/imageFormats.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { sizingLabel } from './outputSize.ts';

/** What a template's placeholders stand for. */
export interface NameParts {
  /** Folder below the output folder, mirrored from the input. */
  readonly dir: string;
  /** The source's name without its extension. */
  readonly name: string;
  /** The result's extension. */
  readonly ext: string;
  readonly model: string;
  /** `4x`, `3000w`, … */
  readonly size: string;
  /** The factor as a number; only if the size was given as a factor. */
  readonly scale?: string;
  /** The source's extension; `''` if it has none. */
  readonly sourceExt: string;
}

/** Most file systems end at 255 bytes a name. */
export const MAX_NAME_BYTES = 255;

/**
 * Cuts a file name that is too long and marks the cut with a checksum of the whole, so that different names stay
 * different. The extension is kept.
 *
 * @param maxBytes Longest name in bytes of UTF-8.
 */
export function shortenName(fileName: string, maxBytes = MAX_NAME_BYTES): string {
  if (Buffer.byteLength(fileName) <= maxBytes) return fileName;
  const { name, ext } = path.parse(fileName);
  const mark = `~${createHash('sha256').update(fileName).digest('hex').slice(0, 8)}`;
  const room = maxBytes - Buffer.byteLength(mark + ext);
  let kept = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    kept += character;
  }
  return kept + mark + ext;
}

/** A path with something added to its name, before the extension. */
export function withSuffix(file: string, suffix: string): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, shortenName(`${name}${suffix}${ext}`));
}

function templateError(template: string, problem: string): EnlargerError {
  const message = `The name template "${template}" ${problem}`;
  return new EnlargerError('usage/invalid-option', message, { template });
}

/**
 * What distinguishes a name from that of any other possible input with the same settings:
 * the source's extension if the result has another one, and the source's folder if the template leaves it out.
 */
function suffixOf(template: string, { dir, ext, sourceExt }: NameParts): string {
  const marks = [
    ...(sourceExt !== '' && sourceExt !== ext ? [sourceExt] : []),
    ...(dir !== '' && !template.includes('{dir}') ? [dir.split(/[/\\]/).join('-')] : []),
  ];
  return marks.map((mark) => ` (${mark})`).join('');
}

/**
 * Fills a template such as `{dir}/{name}_{size}.{ext}`. The name depends on the source and the settings alone
 * ({@link suffixOf}), never on other files.
 *
 * @returns A path below the output folder.
 * @throws EnlargerError `usage/invalid-option` for an unknown placeholder or a path that leaves the folder.
 */
export function fillTemplate(template: string, parts: NameParts): string {
  const { sourceExt: _, ...placeholders } = parts;
  const values = new Map<string, unknown>(Object.entries(placeholders));
  const filled = template.replace(/\{(\w+)\}/g, (_match: string, key: string) => {
    const value = values.get(key);
    if (typeof value === 'string') return value;
    const known = [...values.keys()].map((name) => `{${name}}`).join(' ');
    throw templateError(template, `contains {${key}}, which is unknown here. Use ${known}.`);
  });
  const relative = path.normalize(filled.replace(/^[/\\]+/, ''));
  if (relative.split(path.sep).includes('..') || path.isAbsolute(relative)) {
    throw templateError(template, 'leads out of the output folder. Remove "..".');
  }
  return withSuffix(relative, suffixOf(template, parts));
}

/**
 * The format that a template's own ending asks for (`{name}.png`); undefined if it ends in `.{ext}`.
 *
 * @throws EnlargerError `usage/invalid-option` if it ends in neither.
 */
export function formatOfTemplate(template: string): OutputFormat | undefined {
  if (template.endsWith('.{ext}')) return undefined;
  const format = formatOfExtension(path.extname(template));
  if (format !== undefined) return format;
  throw templateError(template, 'has to end in .{ext}, or in the extension of a format that is written.');
}

/**
 * Checks a template before the first image is there.
 *
 * @throws EnlargerError as {@link fillTemplate} and {@link formatOfTemplate}.
 */
export function assertNameTemplate(
  template: string,
  { sizing, model }: Pick<JobSettings, 'sizing' | 'model'>,
): void {
  const scale = sizing.kind === 'factor' ? { scale: String(sizing.factor) } : {};
  const filled = fillTemplate(template, {
    dir: '',
    name: 'name',
    ext: 'png',
    model,
    size: sizingLabel(sizing),
    sourceExt: 'png',
    ...scale,
  });
  formatOfTemplate(template);
  if (path.basename(filled) !== '' && filled !== '.') return;
  const message = `The name template "${template}" gives no name. Use for example ${DEFAULT_NAME_TEMPLATE}.`;
  throw new EnlargerError('usage/invalid-option', message, { template });
}

/** A source's name in the parts that templates use; only a known ending counts as one (`scan.2024` has none). */
export function splitName(fileName: string): { name: string; extension: string } {
  const { name, ext } = path.parse(fileName);
  return hasImageExtension(fileName) ? { name, extension: ext.slice(1) } : { name: fileName, extension: '' };
}

/** The extension to write: the source's spelling if it already stands for the format. */
export function extensionFor(format: OutputFormat, sourceExtension: string): string {
  return formatOfExtension(sourceExtension) === format
    ? sourceExtension
    : (IMAGE_FORMATS[format].extensions[0] ?? format);
}

/** What is known of an image before its result gets its name. */
interface NamedImage {
  /** File name of the source. */
  readonly fileName: string;
  readonly dir: string;
  readonly format: OutputFormat;
  readonly settings: Pick<JobSettings, 'sizing' | 'model'>;
}

/** The values of a template's placeholders for one image. */
export function namePartsOf({ fileName, dir, format, settings }: NamedImage): NameParts {
  const { name, extension } = splitName(fileName);
  const { sizing, model } = settings;
  return {
    dir,
    name,
    ext: extensionFor(format, extension),
    model,
    size: sizingLabel(sizing),
    ...(sizing.kind === 'factor' && { scale: String(sizing.factor) }),
    sourceExt: extension,
  };
}

/** Hands out target paths so that no two images of a batch get the same one. */
export class TargetNames {
  readonly #claimed = new Set<string>();
  readonly #keyOf: (target: string) => string;

  /** @param keyOf The same for paths that name one file; without it, case and Unicode form do not count. */
  constructor(keyOf: (target: string) => string = foldedPath) {
    this.#keyOf = keyOf;
  }

  /** Keeps a name from being handed out. */
  reserve(target: string): void {
    this.#claimed.add(this.#keyOf(target));
  }

  /** @returns `wanted`, or if that is claimed already, the name with the mark of its source, or a numbered one. */
  claim(wanted: string, mark: string): string {
    for (let number = 1; ; number++) {
      const candidates =
        number === 1 ? [wanted, markedName(wanted, mark)] : [withSuffix(wanted, ` (${number})`)];
      const free = candidates.find((candidate) => !this.#claimed.has(this.#keyOf(candidate)));
      if (free === undefined) continue;
      this.#claimed.add(this.#keyOf(free));
      return free;
    }
  }
}

/** A path in the form that volumes compare if they ignore case and Unicode form. */
export function foldedPath(file: string): string {
  return path.resolve(file).normalize('NFC').toLowerCase();
}

/** A short checksum of a source's path: it distinguishes sources that would get the same name, and is the same at every run. */
export function sourceMark(source: string): string {
  return createHash('sha256').update(path.resolve(source)).digest('hex').slice(0, 6);
}

/** The name of a result whose usual name belongs to another source. */
export function markedName(wanted: string, mark: string): string {
  return withSuffix(wanted, ` (${mark})`);
}
