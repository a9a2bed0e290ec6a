import { hasAlphaChannel, peakOf, type Raster } from '../api/image.ts';
import { IMAGE_FORMATS } from '../api/imageFormats.ts';
import type { OutputFormat } from '../api/outputFormats.ts';

interface Transparency {
  /** Whether any pixel is not opaque. */
  readonly isUsed: boolean;
  /** Whether any pixel is neither opaque nor fully transparent. */
  readonly isPartial: boolean;
}

function transparencyOf({ channels, data }: Raster): Transparency {
  if (!hasAlphaChannel(channels)) return { isUsed: false, isPartial: false };
  const opaque = peakOf(data);
  let isUsed = false;
  for (let index = channels - 1; index < data.length; index += channels) {
    const alpha = data[index]!;
    if (alpha !== opaque) isUsed = true;
    if (alpha !== opaque && alpha !== 0) return { isUsed, isPartial: true };
  }
  return { isUsed, isPartial: false };
}

/**
 * A sentence for the user if a format cannot store an image's transparency; undefined if nothing is lost.
 *
 * @param source The image before it is enlarged: enlarging alone makes edges partly transparent.
 * @param background Fills transparent areas in formats without transparency.
 */
export function transparencyNote(
  source: Raster,
  format: OutputFormat,
  background: string,
): string | undefined {
  const { name, alpha, alphaLevels } = IMAGE_FORMATS[format];
  if (alpha && alphaLevels === undefined) return undefined;
  const { isUsed, isPartial } = transparencyOf(source);
  if (!alpha)
    return isUsed
      ? `${name} has no transparency: transparent areas were filled with ${background}.`
      : undefined;
  return isPartial
    ? `${name} has no partial transparency: each pixel became either opaque or fully transparent.`
    : undefined;
}
