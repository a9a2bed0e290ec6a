import { z } from 'zod';
import {
  IMAGE_FORMATS,
  INPUT_FORMATS,
  type ImageFormatFacts,
  type InputFormat,
} from '../../core/api/imageFormats.ts';
import { isFormatAvailable } from '../../core/image/codecs/codecPackages.ts';
import { EXIT } from '../program.ts';
import { table } from '../text.ts';

const optionsSchema = z.object({ json: z.boolean() });

interface ListedFormat extends ImageFormatFacts {
  readonly id: InputFormat;
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** All formats with what this installation can do with them. */
export function listFormats(): ListedFormat[] {
  return INPUT_FORMATS.map((id) => {
    const facts = IMAGE_FORMATS[id];
    const isAvailable = isFormatAvailable(id);
    return { id, ...facts, canRead: isAvailable, canWrite: isAvailable && facts.bits.written !== undefined };
  });
}

function readText({ canRead, bits, package: name }: ListedFormat): string {
  return canRead ? `${bits.read} bits` : `no (${name ?? ''} is not installed)`;
}

function writeText({ canWrite, bits, quality }: ListedFormat): string {
  if (!canWrite) return 'no';
  const depth = `${bits.written ?? 8} bits`;
  return quality === undefined ? depth : `${depth}, -q ${quality.min}–${quality.max} (${quality.default})`;
}

function sequenceText({ animation, pages }: ListedFormat): string {
  if (pages === 'all-pages') return 'all pages';
  return { none: '', 'first-frame': 'first frame', 'all-frames': 'all frames' }[animation];
}

/** `enlarger formats`: what this installation reads and writes. */
export function formatsCommand(rawOptions: unknown): number {
  const { json } = optionsSchema.parse(rawOptions);
  const formats = listFormats();
  if (json) {
    process.stdout.write(`${JSON.stringify(formats, null, 2)}\n`);
    return EXIT.done;
  }
  const rows = formats.map((format) => [
    format.name,
    format.extensions.join(' '),
    readText(format),
    writeText(format),
    format.alpha ? 'yes' : 'no',
    format.profiles ? 'yes' : 'no',
    sequenceText(format),
  ]);
  const titles = ['format', 'names', 'read', 'written', 'alpha', 'profiles', 'several images'];
  process.stdout.write(`${table(titles, rows)}\n`);
  return EXIT.done;
}
