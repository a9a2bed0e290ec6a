import { EnlargerError } from '../../../api/errors.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readMetadata } from '../../../metadata/readMetadata.ts';
import {
  assertDecodable,
  type DecodeLimits,
  type FormatDecoder,
  type InputBytes,
  type Preparation,
} from '../formatDecoder.ts';
import { withOrientation } from '../jpeg/withOrientation.ts';
import { TIFF_TAG } from '../tiff/tiffDirectory.ts';
import { findJpegs, type EmbeddedJpeg } from './findJpegs.ts';
import { rawDirectories, rawKind, sensorPixels, type RawKind } from './rawKinds.ts';

/** Baseline, extended and progressive frames; what sensors are stored in is lossless. */
const SHOWN_FRAMES = [0xc0, 0xc1, 0xc2];
const LOSSLESS_FRAME = 0xc3;

const PREVIEW_NOTE = "This is a raw file: the camera's preview (a full-size JPEG inside of it) was enlarged.";

function pixelsOf({ width, height }: EmbeddedJpeg): number {
  return width * height;
}

function refused(reason: string): EnlargerError {
  const message = `This is a camera's raw file, and ${reason}. Develop it with your raw converter first, to TIFF or JPEG.`;
  return new EnlargerError('image/unsupported-format', message);
}

/**
 * The camera's full-size preview. [Note: Never a thumbnail] A preview with less than half the sensor's width and height would
 * enlarge to less than the photo that the camera took.
 *
 * @throws EnlargerError `image/unsupported-format`.
 */
function choosePreview(jpegs: readonly EmbeddedJpeg[], sensor: number): EmbeddedJpeg {
  const shown = jpegs
    .filter(({ frameMarker, precision }) => SHOWN_FRAMES.includes(frameMarker) && precision === 8)
    .sort((a, b) => pixelsOf(b) - pixelsOf(a));
  const [largest] = shown;
  if (largest === undefined) throw refused('it has no preview that could be enlarged');
  const lossless = jpegs.filter(({ frameMarker }) => frameMarker === LOSSLESS_FRAME);
  const pixels = Math.max(sensor, ...lossless.map((one) => pixelsOf(one) * one.channels));
  const size = `${largest.width} × ${largest.height} px`;
  if (pixels === 0) throw refused(`it is not known whether its preview (${size}) is a thumbnail`);
  if (pixelsOf(largest) * 4 < pixels)
    throw refused(`its largest preview (${size}) has less than half the sensor's width and height`);
  return largest;
}

function orientationOf(source: ByteSource): number {
  return rawDirectories(source)[0]?.number(TIFF_TAG.orientation, 1) ?? 1;
}

function prepareRaw(file: InputBytes, limits: DecodeLimits): Preparation {
  const { source } = file;
  const kind = rawKind(source) ?? 'tiff';
  const bytes = file.whole();
  const preview = choosePreview(findJpegs(bytes), sensorPixels(source, kind));
  assertDecodable(preview, limits);
  const jpeg = bytes.subarray(preview.start, preview.end);
  const own = readMetadata('jpeg', jpeg);
  // A preview with EXIF of its own knows how it is turned; without, it is turned as the raw data are.
  const upright =
    kind === 'tiff' && own.metadata.exif === undefined ? withOrientation(jpeg, orientationOf(source)) : jpeg;
  return { bytes: upright, metadataFrom: metadataPlace(kind, file, jpeg), warnings: [PREVIEW_NOTE] };
}

function metadataPlace(kind: RawKind, { source }: InputBytes, jpeg: Buffer): Preparation['metadataFrom'] {
  const isPlainTiff = kind === 'tiff' && /^(II\*|MM\0\*)/.test(String.fromCharCode(...source.read(0, 4)));
  return isPlainTiff ? undefined : { format: 'jpeg', bytes: jpeg };
}

export const rawFormat: FormatDecoder = {
  format: 'raw',
  matches: (source) => rawKind(source) !== undefined,
  prepare: (file, limits) => Promise.resolve(prepareRaw(file, limits)),
};
