import { createHash } from 'node:crypto';
import path from 'node:path';
import { EnlargerError } from '../api/errors.ts';
import { formatOfExtension, hasImageExtension, IMAGE_FORMATS } from '../api/imageFormats.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { sizingLabel } from './targetSize.ts';

export const DEFAULT_NAME_TEMPLATE = '{dir}/{name}_{size}.{ext}';

/** What a template's placeholders stand for. */
export interface NameParts {
  /** Folder below the output folder, mirrored from the input. */
  readonly dir: string;
  /** The source's name without its extension. */
  readonly name: string;
  readonly ext: string;
  readonly model: string;
  /** `4x`, `3000w`, … */
  readonly size: string;
  /** The factor as a number; only where the size was asked for as a factor. */
  readonly scale?: string;
}

/** Most file systems end at 255 bytes a name. */
const MAX_NAME_BYTES = 255;

/** Cuts too long a name and marks the cut with a checksum of the whole, so that different names stay different. */
function shortened(fileName: string): string {
  if (Buffer.byteLength(fileName) <= MAX_NAME_BYTES) return fileName;
  const { name, ext } = path.parse(fileName);
  const mark = `~${createHash('sha256').update(fileName).digest('hex').slice(0, 8)}`;
  const room = MAX_NAME_BYTES - Buffer.byteLength(mark + ext);
  let kept = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    kept += character;
  }
  return kept + mark + ext;
}

/**
 * Fills a template such as `{dir}/{name}_{size}.{ext}`.
 *
 * @returns A path below the output folder.
 * @throws EnlargerError `usage/invalid-option` for an unknown placeholder or a path that leaves the folder.
 */
export function fillTemplate(template: string, parts: NameParts): string {
  const values = new Map<string, unknown>(Object.entries(parts));
  const filled = template.replace(/\{(\w+)\}/g, (_: string, key: string) => {
    const value = values.get(key);
    if (typeof value !== 'string') {
      const message = `The name template "${template}" holds {${key}}, which means nothing here.`;
      throw new EnlargerError('usage/invalid-option', message, { template });
    }
    return value;
  });
  const relative = path.normalize(filled.replace(/^[/\\]+/, ''));
  if (relative.split(path.sep).includes('..') || path.isAbsolute(relative)) {
    const message = `The name template "${template}" leads out of the output folder.`;
    throw new EnlargerError('usage/invalid-option', message, { template });
  }
  return path.join(path.dirname(relative), shortened(path.basename(relative)));
}

/**
 * Checks a template before the first image is there.
 *
 * @throws EnlargerError as {@link fillTemplate}.
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
    ...scale,
  });
  if (path.basename(filled) !== '' && filled !== '.') return;
  const message = `The name template "${template}" gives no name. Use for example ${DEFAULT_NAME_TEMPLATE}.`;
  throw new EnlargerError('usage/invalid-option', message, { template });
}

/** A source's name in the parts that templates use; only a known ending counts as one (`scan.2024` has none). */
export function splitName(fileName: string): { name: string; extension: string } {
  const { name, ext } = path.parse(fileName);
  return hasImageExtension(fileName) ? { name, extension: ext.slice(1) } : { name: fileName, extension: '' };
}

/** The ending to write: the source's own spelling where it already means the format. */
export function extensionFor(format: OutputFormat, sourceExtension: string): string {
  return formatOfExtension(sourceExtension) === format
    ? sourceExtension
    : (IMAGE_FORMATS[format].extensions[0] ?? format);
}

/** Hands out target paths so that no two images of a batch get the same one, on file systems that ignore case too. */
export class TargetNames {
  readonly #taken = new Set<string>();

  /** @returns `wanted`, or a name that also tells the source's ending, or a numbered one. */
  claim(wanted: string, sourceExtension: string): string {
    const { dir, name, ext } = path.parse(wanted);
    const suffixes = ['', ...(sourceExtension === '' ? [] : [` (${sourceExtension.toLowerCase()})`])];
    for (let number = 2; ; number++) {
      for (const suffix of suffixes) {
        const candidate = path.join(dir, shortened(`${name}${suffix}${ext}`));
        const key = path.resolve(candidate).normalize('NFC').toLowerCase();
        if (this.#taken.has(key)) continue;
        this.#taken.add(key);
        return candidate;
      }
      suffixes.splice(0, suffixes.length, ` (${number})`);
    }
  }
}
