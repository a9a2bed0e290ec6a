import { EnlargerError } from '../../../api/errors.ts';
import { bytesSource, type ByteSource } from '../../../metadata/byteSource.ts';
import { isTiffLike } from '../../../metadata/raw/readRaw.ts';
import { readMetadata } from '../../../metadata/readMetadata.ts';
import {
  assertDecodable,
  type DecodeLimits,
  type FormatDecoder,
  type InputBytes,
  type Preparation,
} from '../formatDecoder.ts';
import { withOrientation } from '../jpeg/withOrientation.ts';
import { readDirectories, TIFF_TAG } from '../tiff/tiffDirectory.ts';
import { findJpegs, type EmbeddedJpeg } from './findJpegs.ts';
import { rawKind, sensorPixels, sensorRanges, type RawKind } from './rawKinds.ts';

/** Baseline, extended and progressive frames; sensor data are lossless. */
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

/** The orientation of the raw file itself, 1…8, from its own metadata. */
function orientationOf(bytes: Buffer): number {
  const { exif } = readMetadata('raw', bytes).metadata;
  const directory = exif && readDirectories(bytesSource(exif)).directories[0];
  return directory?.number(TIFF_TAG.orientation, 1) ?? 1;
}

/** The JPEGs of a raw file, without those that are its sensor data. */
function previewsOf(source: ByteSource, kind: RawKind, bytes: Buffer): EmbeddedJpeg[] {
  const ranges = kind === 'tiff' ? sensorRanges(source) : [];
  const isSensor = ({ start }: EmbeddedJpeg): boolean =>
    ranges.some((range) => start >= range.start && start < range.end);
  return findJpegs(bytes).filter((one) => one.frameMarker === LOSSLESS_FRAME || !isSensor(one));
}

function prepareRaw(file: InputBytes, limits: DecodeLimits): Preparation {
  const { source } = file;
  const kind = rawKind(source) ?? 'tiff';
  const bytes = file.whole();
  const preview = choosePreview(previewsOf(source, kind, bytes), sensorPixels(source, kind));
  assertDecodable(preview, limits);
  const jpeg = bytes.subarray(preview.start, preview.end);
  const hasExif = readMetadata('jpeg', jpeg).metadata.exif !== undefined;
  // A preview with EXIF contains its orientation; without, it has that of the raw data.
  const upright = hasExif ? jpeg : withOrientation(jpeg, orientationOf(bytes));
  const isPlainTiff = kind === 'tiff' && !isTiffLike(source);
  const hasOwnMetadata = hasExif && !isPlainTiff;
  return {
    bytes: upright,
    metadataFrom: hasOwnMetadata ? { format: 'jpeg', bytes: jpeg } : undefined,
    warnings: [PREVIEW_NOTE],
  };
}

export const rawFormat: FormatDecoder = {
  format: 'raw',
  matches: (source) => rawKind(source) !== undefined,
  prepare: (file, limits) => Promise.resolve(prepareRaw(file, limits)),
};
