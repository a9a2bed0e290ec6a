import { damagedImage } from '../damagedImage.ts';
import { decodeDeflate, decodeLzw, decodePackBits } from './tiffCompression.ts';
import { TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';
import { SAMPLE_FORMAT, type TiffLayout } from './tiffLayout.ts';
import { undoPredictor } from './tiffPredictor.ts';
import { sampleReader } from './sampleReader.ts';

/** A strip or tile: where it is in the image, and which channels it contains. */
interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly rows: number;
  readonly firstChannel: number;
  readonly channels: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Compressions that are decoded here; libtiff decodes all others. */
const OWN_COMPRESSIONS = [1, 5, 8, 32773, 32946];

/** Whether the pixels can be read by `readSamples`. */
export function areSamplesReadable({ compression }: TiffLayout): boolean {
  return OWN_COMPRESSIONS.includes(compression);
}

function gridOf(
  directory: TiffDirectory,
  { width, height }: TiffLayout,
): { readonly width: number; readonly rows: number; readonly isTiled: boolean } {
  const tileWidth = directory.number(TIFF_TAG.tileWidth, 0);
  if (tileWidth > 0)
    return { width: tileWidth, rows: Math.max(1, directory.number(TIFF_TAG.tileLength, 0)), isTiled: true };
  const rows = directory.number(TIFF_TAG.rowsPerStrip, height);
  return { width, rows: Math.min(height, Math.max(1, rows)), isTiled: false };
}

function* blocksOf(directory: TiffDirectory, layout: TiffLayout): Generator<Block> {
  const { width, height, isPlanar, samplesPerPixel } = layout;
  const grid = gridOf(directory, layout);
  const offsets = directory.numbers(grid.isTiled ? TIFF_TAG.tileOffsets : TIFF_TAG.stripOffsets) ?? [];
  const counts = directory.numbers(grid.isTiled ? TIFF_TAG.tileByteCounts : TIFF_TAG.stripByteCounts) ?? [];
  const channels = isPlanar ? 1 : samplesPerPixel;
  let index = 0;
  for (let plane = 0; plane < (isPlanar ? samplesPerPixel : 1); plane++) {
    for (let y = 0; y < height; y += grid.rows) {
      for (let x = 0; x < width; x += grid.width) {
        const offset = offsets[index] ?? 0;
        // Without a count, the data end where the next strip begins, or at the end of the file.
        const end = offsets[index + 1] ?? directory.source.sizeBytes;
        const sizeBytes = counts[index] ?? Math.max(0, end - offset);
        const rows = grid.isTiled ? grid.rows : Math.min(grid.rows, height - y);
        yield { x, y, width: grid.width, rows, firstChannel: plane, channels, offset, sizeBytes };
        index++;
      }
    }
  }
}

function decompressed(
  bytes: Uint8Array,
  compression: number,
  sizeBytes: number,
): { readonly data: Uint8Array; readonly filled: number } {
  switch (compression) {
    case 5:
      return decodeLzw(bytes, sizeBytes);
    case 8:
    case 32946:
      return decodeDeflate(bytes, sizeBytes);
    case 32773:
      return decodePackBits(bytes, sizeBytes);
    default:
      return { data: bytes, filled: Math.min(bytes.length, sizeBytes) };
  }
}

/** Scales a stored value to 0…1. */
type Scale = (value: number) => number;

function scaleOf({ bits, sampleFormat }: TiffLayout): Scale {
  if (sampleFormat === SAMPLE_FORMAT.float) return (value) => value;
  const span = 2 ** bits - 1;
  return (value) => value / span;
}

export interface ReadSamples {
  /** Pixel by pixel, all channels of the file; the file's whole range as 0…65535. */
  readonly data: Uint16Array;
  /** How many floating-point samples were outside of 0…1 or not numbers. */
  readonly outside: number;
}

/**
 * Reads the pixels of strips or tiles of any depth, kind of number and order into 16 bits.
 *
 * @throws EnlargerError `image/corrupt` when data are missing, `image/unsupported-pixels` for depths that no file has.
 */
export function readSamples(directory: TiffDirectory, layout: TiffLayout): ReadSamples {
  const { width, height, samplesPerPixel, bits } = layout;
  const { order } = directory.header;
  const data = new Uint16Array(width * height * samplesPerPixel);
  const scale = scaleOf(layout);
  const isFloat = layout.sampleFormat === SAMPLE_FORMAT.float;
  let outside = 0;
  for (const block of blocksOf(directory, layout)) {
    const rowBytes = Math.ceil((block.width * block.channels * bits) / 8);
    const wanted = rowBytes * block.rows;
    const stored = directory.source.read(block.offset, block.offset + block.sizeBytes);
    const { data: bytes, filled } = decompressed(stored, layout.compression, wanted);
    const needed = rowBytes * Math.min(block.rows, height - block.y);
    if (filled < needed)
      throw damagedImage(`truncated: ${needed - filled} of ${needed} bytes of a strip are missing`);
    const isPredicted = layout.predictor > 1 && layout.compression !== 1 && layout.compression !== 32773;
    const plain = isPredicted ? undoPredictor(bytes, { layout, rowBytes, block, order }) : bytes;
    const predictedOrder = isPredicted && layout.predictor === 3 ? 'big' : order;
    const read = sampleReader(plain, layout, predictedOrder);
    const columns = Math.min(block.width, width - block.x);
    for (let row = 0; row < Math.min(block.rows, height - block.y); row++) {
      let target = ((block.y + row) * width + block.x) * samplesPerPixel + block.firstChannel;
      const step = layout.isPlanar ? samplesPerPixel : 1;
      for (let index = 0; index < columns * block.channels; index++) {
        const value = scale(read(row * rowBytes, index));
        if (isFloat && !(value >= -1e-6 && value <= 1.000001)) outside++;
        data[target] = value > 0 ? Math.min(65535, Math.round(value * 65535)) : 0;
        target += step;
      }
    }
  }
  return { data, outside };
}
