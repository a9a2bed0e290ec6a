import type { InputFormat } from '../../api/imageFormats.ts';
import { fileFormat, withInputBytes } from '../readInput.ts';
import { decoderOf } from './registry.ts';
import type { HeaderFacts } from './formatDecoder.ts';

/** What an image's header contains; the size is absent if only decoding would show it. */
export interface ImageHeader extends Partial<HeaderFacts> {
  readonly format: InputFormat;
}

/**
 * Reads the header of an image without its pixels.
 *
 * @throws EnlargerError `input/…`, `image/unsupported-format`.
 */
export function readImageHeader(file: string): Promise<ImageHeader> {
  return withInputBytes(file, ({ source }) => {
    const format = fileFormat(source, file);
    const facts = decoderOf(format).header?.(source);
    const isSized = facts !== undefined && facts.size.width > 0 && facts.size.height > 0;
    return Promise.resolve(isSized ? { format, ...facts } : { format });
  });
}
