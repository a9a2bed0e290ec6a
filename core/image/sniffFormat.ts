import type { InputFormat } from '../api/imageFormats.ts';
import type { ByteSource } from '../metadata/byteSource.ts';
import { headText } from './formats/formatDecoder.ts';
import { FORMAT_DECODERS } from './formats/registry.ts';

export type SniffedFormat =
  | { readonly kind: 'image'; readonly format: InputFormat }
  /** An image in an unsupported format, with the format's common name. */
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'unknown' };

const HEAD_BYTES = 64;

/** The first bytes of unsupported image formats. */
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ['8BPS', 'Photoshop'],
  ['\0\0\0\x0cjP  \r\n', 'JPEG 2000'],
  ['\xff\x4f\xff\x51', 'JPEG 2000'],
  ['\0\0\x01\0', 'icon'],
  ['v/1\x01', 'OpenEXR'],
  ['#?RADIANCE', 'Radiance HDR'],
  ['#?RGBE', 'Radiance HDR'],
  ['II\xbc\x01', 'JPEG XR'],
  ['FOVb', 'Sigma raw'],
  ['\0MRM', 'Minolta raw'],
  ['qoif', 'QOI'],
  ['DDS ', 'DirectDraw Surface'],
];

const SVG = /^\s*<(\?xml|svg|!DOCTYPE svg)/i;

/** Recognises an image's format by its bytes; the file name is ignored, because it is so often wrong. */
export function sniffFormat(source: ByteSource): SniffedFormat {
  const decoder = FORMAT_DECODERS.find(({ matches }) => matches(source));
  if (decoder !== undefined) return { kind: 'image', format: decoder.format };
  const head = headText(source, 0, HEAD_BYTES);
  const name =
    UNSUPPORTED.find(([start]) => head.startsWith(start))?.[1] ?? (SVG.test(head) ? 'SVG' : undefined);
  return name === undefined ? { kind: 'unknown' } : { kind: 'unsupported', name };
}
