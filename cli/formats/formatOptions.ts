import { EnlargerError } from '../../core/api/errors.ts';
import { formatOfExtension, IMAGE_FORMATS } from '../../core/api/imageFormats.ts';
import { OUTPUT_FORMATS } from '../../core/api/outputFormats.ts';

/** The name by which each format is requested: its usual file name ending. */
export function writtenExtensions(): string[] {
  return OUTPUT_FORMATS.map((format) => IMAGE_FORMATS[format].extensions[0] ?? format);
}

/** The formats that have a quality, each with its default. */
export function qualityHelp(): string {
  const defaults = OUTPUT_FORMATS.flatMap((format) => {
    const { name, quality } = IMAGE_FORMATS[format];
    return quality === undefined ? [] : [`${name} ${quality.default}`];
  });
  return `1 to 100 (defaults: ${defaults.join(', ')})`;
}

/** @throws EnlargerError `usage/invalid-option` for a format that is not written. */
export function toFormat(text: string): unknown {
  if (text === 'same') return text;
  const format = formatOfExtension(text);
  if (format === undefined)
    throw new EnlargerError(
      'usage/invalid-option',
      `Unknown output format "${text}". Supported: ${['same', ...writtenExtensions()].join(', ')}.`,
    );
  return format;
}
