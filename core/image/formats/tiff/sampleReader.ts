import { EnlargerError } from '../../../api/errors.ts';
import type { ByteOrder } from '../../../metadata/byteFields.ts';
import { SAMPLE_FORMAT, type TiffLayout } from './tiffLayout.ts';

/** Reads the sample of an index in a row that starts at a byte. */
type ReadSample = (rowStart: number, index: number) => number;

/** IEEE 754 half precision, and the 24 bits that Photoshop writes: a sign, an exponent, a fraction. */
function smallFloat(value: number, exponentBits: number, fractionBits: number): number {
  const fraction = value & (2 ** fractionBits - 1);
  const exponent = (value >> fractionBits) & (2 ** exponentBits - 1);
  const sign = value >> (fractionBits + exponentBits) === 0 ? 1 : -1;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * 2 ** (1 - bias) * (fraction / 2 ** fractionBits);
  return sign * 2 ** (exponent - bias) * (1 + fraction / 2 ** fractionBits);
}

function uint24(view: DataView, at: number, little: boolean): number {
  return little
    ? view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16)
    : (view.getUint8(at) << 16) | (view.getUint8(at + 1) << 8) | view.getUint8(at + 2);
}

type ReadNumber = (at: number) => number;

function floatReader(view: DataView, bits: number, little: boolean): ReadNumber | undefined {
  switch (bits) {
    case 16:
      return (at) => smallFloat(view.getUint16(at, little), 5, 10);
    case 24:
      return (at) => smallFloat(uint24(view, at, little), 7, 16);
    case 32:
      return (at) => view.getFloat32(at, little);
    case 64:
      return (at) => view.getFloat64(at, little);
    default:
      return undefined;
  }
}

function integerReader(view: DataView, bits: number, little: boolean): ReadNumber | undefined {
  switch (bits) {
    case 8:
      return (at) => view.getUint8(at);
    case 16:
      return (at) => view.getUint16(at, little);
    case 24:
      return (at) => uint24(view, at, little);
    case 32:
      return (at) => view.getUint32(at, little);
    case 64:
      return (at) => Number(view.getBigUint64(at, little));
    default:
      return undefined;
  }
}

/** Samples of any number of bits, packed with the most significant bit first. */
function packedReader(bytes: Uint8Array, bits: number): ReadSample {
  return (rowStart, index) => {
    let position = rowStart * 8 + index * bits;
    let value = 0;
    for (let left = bits; left > 0;) {
      const within = position % 8;
      const taken = Math.min(left, 8 - within);
      const byte = bytes[(position - within) / 8] ?? 0;
      value = value * 2 ** taken + ((byte >> (8 - within - taken)) & (2 ** taken - 1));
      position += taken;
      left -= taken;
    }
    return value;
  };
}

/** @throws EnlargerError `image/unsupported-pixels` for depths that no code reads. */
export function sampleReader(
  bytes: Uint8Array,
  { bits, sampleFormat }: TiffLayout,
  order: ByteOrder,
): ReadSample {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = order === 'little';
  const sampleBytes = bits / 8;
  const isFloat = sampleFormat === SAMPLE_FORMAT.float;
  const read = isFloat ? floatReader(view, bits, little) : integerReader(view, bits, little);
  if (read !== undefined) return (rowStart, index) => read(rowStart + index * sampleBytes);
  if (isFloat || bits < 1 || bits > 31) {
    const message = `TIFF samples of ${bits} bits${isFloat ? ' (floating point)' : ''} are not supported; save the image with 8 or 16 bits.`;
    throw new EnlargerError('image/unsupported-pixels', message, { bits });
  }
  const packed = packedReader(bytes, bits);
  return (rowStart, index) => packed(rowStart, index);
}
