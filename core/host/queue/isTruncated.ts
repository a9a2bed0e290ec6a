import { open, type FileHandle } from 'node:fs/promises';

/** Bytes at the end of a file that have to contain its last marker; some programs append other data. */
const TAIL_BYTES = 64 * 1024;

const HEAD_BYTES = 16;

/** The last chunk with its checksum, which is always the same. */
const PNG_END = Buffer.from('IEND\xaeB`\x82', 'latin1');

interface OpenImage {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

async function bytesAt({ handle }: OpenImage, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** A quarter of the file at most: a thumbnail near the start has an end marker, too. */
async function tailHas(image: OpenImage, marker: Buffer): Promise<boolean> {
  const length = Math.min(image.sizeBytes, Math.max(64, Math.min(TAIL_BYTES, image.sizeBytes >> 2)));
  return (await bytesAt(image, image.sizeBytes - length, length)).includes(marker);
}

/** Whether the boxes of an ISO base media file fit into it (ISO 14496-12, 4.2). */
async function boxesFit(image: OpenImage): Promise<boolean> {
  let position = 0;
  while (position < image.sizeBytes) {
    const header = await bytesAt(image, position, 16);
    if (header.length < 8) return false;
    const short = header.readUInt32BE(0);
    if (short === 0) return true;
    const length = short === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : short;
    if (length < 8) return false;
    position += length;
  }
  return position === image.sizeBytes;
}

/** Whether the first directory of a TIFF file, which writers put behind the pixels, is inside it. */
async function directoryFits(image: OpenImage): Promise<boolean> {
  const header = await bytesAt(image, 0, 16);
  if (header.length < 16) return false;
  const isLittle = header[0] === 0x49;
  const isBig = header[isLittle ? 2 : 3] === 43;
  const offset = isBig
    ? Number(isLittle ? header.readBigUInt64LE(8) : header.readBigUInt64BE(8))
    : isLittle
      ? header.readUInt32LE(4)
      : header.readUInt32BE(4);
  return offset + 2 <= image.sizeBytes;
}

/** How the files begin that this program writes, and how each shows that it is complete. */
const CHECKS: readonly {
  readonly start: RegExp;
  readonly isWhole: (image: OpenImage, head: Buffer) => Promise<boolean> | boolean;
}[] = [
  { start: /^\xff\xd8\xff/, isWhole: (image) => tailHas(image, Buffer.from([0xff, 0xd9])) },
  { start: /^\x89PNG\r\n/, isWhole: (image) => tailHas(image, PNG_END) },
  {
    start: /^RIFF[^]{4}WEBP/,
    isWhole: ({ sizeBytes }, head) => head.readUInt32LE(4) + 8 <= sizeBytes,
  },
  // The end of the last image, and the trailer.
  { start: /^GIF8/, isWhole: (image) => tailHas(image, Buffer.from([0, 0x3b])) },
  { start: /^[^]{4}(ftyp|JXL )/, isWhole: boxesFit },
  { start: /^(II[*+]\0|MM\0[*+])/, isWhole: directoryFits },
];

async function isWhole(image: OpenImage): Promise<boolean> {
  const head = await bytesAt(image, 0, HEAD_BYTES);
  const text = head.toString('latin1');
  // Nothing is known about formats that this program does not write.
  return (await CHECKS.find(({ start }) => start.test(text))?.isWhole(image, head)) ?? true;
}

/**
 * Whether a file is empty, or an image that ends too early: what a crash, a full disk or a broken copy leaves. Only
 * the file's structure is checked, so this is cheap and never wrong about a complete image.
 *
 * @returns false for what cannot be read.
 */
export async function isTruncated(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return false;
    return stats.size === 0 || !(await isWhole({ handle, sizeBytes: stats.size }));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
