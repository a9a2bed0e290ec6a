import os from 'node:os';
import type { RowShape } from './rowShape.ts';

/** TIFF field types: SHORT, LONG and BigTIFF's LONG8. */
const SHORT = 3;
const LONG = 4;
const LONG8 = 16;
const UNDEFINED = 7;

const ROWS_PER_STRIP = 16;

interface Field {
  readonly tag: number;
  readonly type: typeof SHORT | typeof LONG | typeof LONG8 | typeof UNDEFINED;
  readonly values: readonly number[] | Uint8Array;
}

const BYTES_OF_TYPE = { [SHORT]: 2, [LONG]: 4, [LONG8]: 8, [UNDEFINED]: 1 } as const;

export interface RawTiffOptions {
  readonly icc?: Uint8Array | undefined;
  /** Four channels are cyan, magenta, yellow and black instead of RGB and alpha. */
  readonly isCmyk?: boolean;
  /** As in EXIF; 1 is upright. */
  readonly orientation?: number;
}

function fieldsOf(shape: RowShape, options: RawTiffOptions, firstStrip: number): Field[] {
  const { width, height, channels, bitDepth } = shape;
  const { icc, isCmyk = false, orientation = 1 } = options;
  const alpha = !isCmyk && (channels === 2 || channels === 4);
  const rowBytes = width * channels * (bitDepth / 8);
  const strips = Math.ceil(height / ROWS_PER_STRIP);
  const rowsOf = (strip: number): number => Math.min(ROWS_PER_STRIP, height - strip * ROWS_PER_STRIP);
  const list = Array.from({ length: strips }, (_, strip) => strip);
  return [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: new Array<number>(channels).fill(bitDepth) },
    { tag: 259, type: SHORT, values: [1] }, // uncompressed
    { tag: 262, type: SHORT, values: [isCmyk ? 5 : channels <= 2 ? 1 : 2] }, // black is zero, RGB or CMYK
    { tag: 273, type: LONG8, values: list.map((strip) => firstStrip + strip * ROWS_PER_STRIP * rowBytes) },
    { tag: 274, type: SHORT, values: [orientation] },
    { tag: 277, type: SHORT, values: [channels] },
    { tag: 278, type: LONG, values: [ROWS_PER_STRIP] },
    { tag: 279, type: LONG8, values: list.map((strip) => rowsOf(strip) * rowBytes) },
    { tag: 284, type: SHORT, values: [1] }, // samples interleaved
    ...(alpha ? [{ tag: 338, type: SHORT, values: [2] } as const] : []), // straight alpha
    ...(icc ? [{ tag: 34675, type: UNDEFINED, values: icc } as const] : []),
  ];
}

function putValue(
  view: DataView,
  position: number,
  type: Field['type'],
  value: number,
  little: boolean,
): void {
  if (type === UNDEFINED) view.setUint8(position, value);
  else if (type === SHORT) view.setUint16(position, value, little);
  else if (type === LONG) view.setUint32(position, value, little);
  else view.setBigUint64(position, BigInt(value), little);
}

/**
 * The head of an uncompressed BigTIFF (TIFF 6.0 with Adobe's 8-byte offsets) whose pixel rows follow directly after
 * it, in the machine's byte order. Rows can then be written and read at plain offsets.
 */
export function rawTiffHeader(shape: RowShape, options: RawTiffOptions = {}): Uint8Array {
  const little = os.endianness() === 'LE';
  const sizing = fieldsOf(shape, options, 0);
  const directoryBytes = 8 + sizing.length * 20 + 8;
  const outside = sizing.map(({ type, values }) => Math.max(0, values.length * BYTES_OF_TYPE[type]));
  const outsideBytes = outside.reduce((sum, bytes) => sum + (bytes > 8 ? bytes + (-bytes & 7) : 0), 0);
  const header = new Uint8Array(16 + directoryBytes + outsideBytes);
  const view = new DataView(header.buffer);
  header.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 43, little);
  view.setUint16(4, 8, little);
  view.setBigUint64(8, 16n, little);
  view.setBigUint64(16, BigInt(sizing.length), little);
  let spare = 16 + directoryBytes;
  fieldsOf(shape, options, header.length).forEach(({ tag, type, values }, index) => {
    const entry = 24 + index * 20;
    view.setUint16(entry, tag, little);
    view.setUint16(entry + 2, type, little);
    view.setBigUint64(entry + 4, BigInt(values.length), little);
    const bytes = values.length * BYTES_OF_TYPE[type];
    let position = entry + 12;
    if (bytes > 8) {
      view.setBigUint64(position, BigInt(spare), little);
      position = spare;
      spare += bytes + (-bytes & 7);
    }
    values.forEach((value, at) => {
      putValue(view, position + at * BYTES_OF_TYPE[type], type, value, little);
    });
  });
  return header;
}
