import { open, type FileHandle } from 'node:fs/promises';
import { EnlargerError } from '../api/errors.ts';

/** The part at the end of a file that is searched for the last marker of its format. */
const TAIL_BYTES = 64 * 1024;

/** Compressed content hardly ever ends with this many zeros; space that a copy program reserved does. */
const UNWRITTEN_BYTES = 64;

/** Black rows of an uncompressed image end with zeros, too: the program only waits a little longer for such a file. */
const ZEROS_PATIENCE_MS = 60_000;

const WITHOUT_END_PATIENCE_MS = 60_000;

/** Boxes of an ISO base media file (AVIF, HEIC, JPEG XL) at its top level; more are not read. */
const MAX_BOXES = 64;

const START_OF_SCAN = Buffer.from([0xff, 0xda]);
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
/** The last chunk with its checksum, which is always the same. */
const PNG_END = Buffer.from('IEND\xaeB`\x82', 'latin1');

interface Ending {
  /** How a file of the format begins. */
  readonly start: string;
  /** Whether the end of the content is in the last bytes; some cameras write padding after it. */
  readonly hasEnd: (tail: Buffer) => boolean;
  /** Without its end such a file is never complete: later frames would be missing although the first decodes. */
  readonly isRequired: boolean;
  /** How long to wait for it; by default as long as for any file. */
  readonly patienceMs?: number;
}

const ENDINGS: readonly Ending[] = [
  {
    start: '\xff\xd8\xff',
    // An embedded thumbnail has an end marker, too, but before the scan of the image itself.
    hasEnd: (tail) => tail.lastIndexOf(END_OF_IMAGE) > tail.lastIndexOf(START_OF_SCAN),
    isRequired: true,
    // Some programs leave it out, and every viewer shows such files.
    patienceMs: WITHOUT_END_PATIENCE_MS,
  },
  { start: '\x89PNG', hasEnd: (tail) => tail.includes(PNG_END), isRequired: true },
  { start: 'GIF8', hasEnd: (tail) => tail.findLast((byte) => byte !== 0) === 0x3b, isRequired: true },
];

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** The end of the last box that begins in an ISO base media file. */
async function endOfBoxes(handle: FileHandle, sizeBytes: number): Promise<number> {
  let position = 0;
  for (let box = 0; box < MAX_BOXES && position + 8 <= sizeBytes; box++) {
    const head = await readAt(handle, position, 16);
    const short = head.readUInt32BE(0);
    // 0: the box ends with the file. 1: its size is too large for 32 bit, and follows.
    if (short === 0) return sizeBytes;
    const length = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short;
    if (length < 8) return sizeBytes;
    position += length;
  }
  return position;
}

/** The size that a file states for itself; the file's real size for formats without one. */
async function statedSize(handle: FileHandle, head: Buffer, sizeBytes: number): Promise<number> {
  if (head.length < 16) return sizeBytes;
  if (head.toString('latin1', 0, 4) === 'RIFF') return 8 + head.readUInt32LE(4);
  const isBoxes = ['ftyp', 'JXL '].includes(head.toString('latin1', 4, 8));
  return isBoxes ? endOfBoxes(handle, sizeBytes) : sizeBytes;
}

function unfinished(file: string, reason: string, patienceMs?: number): EnlargerError {
  const details = { file, ...(patienceMs === undefined ? {} : { patienceMs }) };
  return new EnlargerError('image/corrupt', `${file} is not completely written yet: ${reason}.`, details);
}

async function assertEnd(handle: FileHandle, file: string): Promise<void> {
  const { size } = await handle.stat();
  const head = await readAt(handle, 0, 16);
  const stated = await statedSize(handle, head, size);
  if (stated > size) throw unfinished(file, `it has ${size} of ${stated} bytes`);
  const end = head.toString('latin1', 0, 4) === 'RIFF' ? stated : size;
  const from = Math.max(0, end - TAIL_BYTES);
  const tail = await readAt(handle, from, end - from);
  const format = ENDINGS.find(({ start }) => head.toString('latin1').startsWith(start));
  if (format?.hasEnd(tail) === true) return;
  if (format?.isRequired === true) throw unfinished(file, 'its end is missing', format.patienceMs);
  const endsInZeros = tail.length > 0 && tail.subarray(-UNWRITTEN_BYTES).every((byte) => byte === 0);
  if (!endsInZeros) return;
  const isCompressed = format !== undefined || end < size;
  throw unfinished(file, 'its last bytes are zeros', isCompressed ? undefined : ZEROS_PATIENCE_MS);
}

/**
 * Distinguishes a completely written file from one that only has its final size: many programs reserve the space
 * first, and the last bytes are zeros until they are written. Decoders of JPEG and WebP read these zeros as grey pixels,
 * and the first frame of an animation decodes long before the last one is there.
 *
 * @throws EnlargerError `image/corrupt` if the end seems not to be written yet, or the system's own error. For formats
 * without a marker at their end, `details.patienceMs` is how long to wait for it.
 */
export async function assertWritten(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await assertEnd(handle, file);
  } finally {
    await handle.close();
  }
}
