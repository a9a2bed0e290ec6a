import { EnlargerError } from '../../../api/errors.ts';
import { headText, type FormatDecoder, type InputBytes, type Preparation } from '../formatDecoder.ts';
import { jpegExtras } from './jpegExtras.ts';
import { readTolerantHeader, type TolerantHeader, type TolerantSegment } from './tolerantSegments.ts';
import { jpegHeader } from './jpegHeader.ts';

/** Frames that libjpeg does not decode, by the second byte of their marker (ITU-T T.81, table B.1; T.87 for F7). */
const FRAME_NAMES: Readonly<Record<number, string>> = {
  0xc3: 'lossless JPEG',
  0xc5: 'hierarchical JPEG',
  0xc6: 'hierarchical JPEG',
  0xc7: 'lossless hierarchical JPEG',
  0xcb: 'lossless JPEG with arithmetic coding',
  0xcd: 'hierarchical JPEG with arithmetic coding',
  0xce: 'hierarchical JPEG with arithmetic coding',
  0xcf: 'lossless JPEG with arithmetic coding',
  0xf7: 'JPEG-LS',
};

const SEQUENTIAL_FRAMES = [0xc0, 0xc1, 0xc9];
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];
const NUMBER_OF_LINES = Buffer.from([0xff, 0xdc, 0, 4]);

function unsupported(what: string): EnlargerError {
  const message = `This is ${what}, which is not supported. Save it as an ordinary JPEG with 8 bits, or as PNG.`;
  return new EnlargerError('image/unsupported-pixels', message);
}

/** @throws EnlargerError `image/unsupported-pixels` for kinds of JPEG that no usual program reads. */
function assertSupported(bytes: Uint8Array, { segments }: TolerantHeader): void {
  for (const { marker, start } of segments) {
    const name = FRAME_NAMES[marker];
    if (name !== undefined) throw unsupported(name);
    const precision = bytes[start + 4] ?? 8;
    if (FRAMES.includes(marker) && precision !== 8) throw unsupported(`a JPEG of ${precision} bits`);
  }
}

function heightOf(bytes: Buffer, frame: TolerantSegment): number {
  return bytes.readUInt16BE(frame.start + 5);
}

/** A height that the encoder knew only at the end is in a separate segment after the first scan (T.81, B.2.5). */
function lateHeight(bytes: Buffer, scanStart: number): number {
  const place = bytes.indexOf(NUMBER_OF_LINES, scanStart);
  return place < 0 || place + 6 > bytes.length ? 0 : bytes.readUInt16BE(place + 4);
}

/** Where the parameters that only progressive scans have are: behind the scan's components. */
function scanParametersAt(bytes: Uint8Array, scanStart: number): number {
  return scanStart + 5 + 2 * (bytes[scanStart + 4] ?? 0);
}

/** Repairs to a JPEG's header with which a strict decoder reads its intact pixels. */
interface Repair {
  readonly notes: string[];
  readonly change: ((copy: Buffer) => void)[];
}

function findRepairs(bytes: Buffer, header: TolerantHeader): Repair {
  const repair: Repair = { notes: [], change: [] };
  const frame = header.segments.find(({ marker }) => FRAMES.includes(marker));
  if (header.strayBytes > 0) repair.notes.push(`${header.strayBytes} stray bytes between its segments`);
  if (frame !== undefined && heightOf(bytes, frame) === 0) {
    const height = lateHeight(bytes, header.scanStart);
    if (height === 0) throw new EnlargerError('image/corrupt', 'The JPEG is damaged: it has no height.');
    repair.notes.push('its height comes after the pixels');
    repair.change.push((copy) => copy.writeUInt16BE(height, frame.start + 5));
  }
  const at = scanParametersAt(bytes, header.scanStart);
  const [first, last, approximation] = bytes.subarray(at, at + 3);
  const isSequential = frame !== undefined && SEQUENTIAL_FRAMES.includes(frame.marker);
  if (isSequential && (first !== 0 || last !== 63 || approximation !== 0)) {
    repair.notes.push('wrong parameters of its scan');
    repair.change.push((copy) => copy.set([0, 63, 0], at));
  }
  return repair;
}

function repaired(bytes: Buffer, { segments, scanStart }: TolerantHeader, { change }: Repair): Buffer {
  const copy = Buffer.from(bytes);
  for (const step of change) step(copy);
  const parts = segments.map(({ start, end }) => copy.subarray(start, end));
  return Buffer.concat([copy.subarray(0, 2), ...parts, copy.subarray(scanStart)]);
}

function prepareJpeg(file: InputBytes): Preparation | undefined {
  const bytes = file.whole();
  const header = readTolerantHeader(bytes);
  if (header === undefined) return undefined; // libvips reports what is wrong
  assertSupported(bytes, header);
  const warnings = jpegExtras(bytes, header);
  const repair = findRepairs(bytes, header);
  if (repair.notes.length === 0) return { warnings };
  const repairedBytes = repaired(bytes, header, repair);
  const note = `The JPEG has errors outside its pixels (${repair.notes.join('; ')}); they were ignored.`;
  return {
    bytes: repairedBytes,
    metadataFrom: { format: 'jpeg', bytes: repairedBytes },
    warnings: [note, ...warnings],
  };
}

export const jpegFormat: FormatDecoder = {
  format: 'jpeg',
  matches: (source) => headText(source, 0, 2) === '\xff\xd8' && headText(source, 2, 3) === '\xff',
  header: jpegHeader,
  prepare: (file) => Promise.resolve(prepareJpeg(file)),
};
