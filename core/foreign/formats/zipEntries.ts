import zlib from 'node:zlib';
import { MAX_FILE_BYTES, MAX_NAME_CHARACTERS, MAX_TENSORS } from '../limits.ts';
import { unreadable } from '../refusal.ts';

const END_RECORD = { signature: 0x06054b50, length: 22, maxCommentBytes: 0xffff };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

/** A file inside a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** Its content, compared with its checksum. @throws Refusal */
  readonly read: () => Buffer;
}

function findEndRecord(file: Buffer): number {
  const first = Math.max(0, file.length - END_RECORD.length - END_RECORD.maxCommentBytes);
  for (let at = file.length - END_RECORD.length; at >= first; at--) {
    if (file.readUInt32LE(at) === END_RECORD.signature) return at;
  }
  throw unreadable('the archive has no end');
}

interface EntryRecord {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

function readEntry(file: Buffer, { name, method, crc, packedBytes, sizeBytes, offset }: EntryRecord): Buffer {
  if (offset + LOCAL.length > file.length || file.readUInt32LE(offset) !== LOCAL.signature) {
    throw unreadable(`the part "${name}" of the archive is not where it should be`);
  }
  const start = offset + LOCAL.length + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28);
  if (start + packedBytes > file.length) throw unreadable(`the part "${name}" of the archive is incomplete`);
  const packed = file.subarray(start, start + packedBytes);
  const bytes = method === STORED ? packed : inflate(packed, name, sizeBytes);
  if (bytes.length !== sizeBytes || zlib.crc32(bytes) !== crc) {
    throw unreadable(`the part "${name}" of the archive does not fit its checksum`);
  }
  return bytes;
}

function inflate(packed: Buffer, name: string, sizeBytes: number): Buffer {
  try {
    return zlib.inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch (error) {
    throw unreadable(`the part "${name}" of the archive cannot be unpacked`, error);
  }
}

/**
 * Reads the directory of a ZIP archive. Names are only names: nothing is written anywhere.
 *
 * @returns Its files in the directory's order, by name.
 * @throws Refusal if it is cut short, encrypted, packed in an unknown way, or larger unpacked than is read.
 */
export function zipEntries(file: Buffer): ReadonlyMap<string, ZipEntry> {
  if (file.length < END_RECORD.length) throw unreadable('the archive has no end');
  const end = findEndRecord(file);
  const count = file.readUInt16LE(end + 10);
  if (count > 2 * MAX_TENSORS) throw unreadable(`the archive has ${count} parts`);
  const entries = new Map<string, ZipEntry>();
  let at = file.readUInt32LE(end + 16);
  let totalBytes = 0;
  for (let index = 0; index < count; index++) {
    const { record, next } = readRecord(file, at);
    at = next;
    totalBytes += record.sizeBytes;
    if (totalBytes > MAX_FILE_BYTES) throw unreadable('the archive unpacks to more than is read');
    const { name, sizeBytes } = record;
    if (entries.has(name)) throw unreadable(`the archive has "${name}" twice`);
    entries.set(name, { name, sizeBytes, read: () => readEntry(file, record) });
  }
  return entries;
}

function readRecord(file: Buffer, at: number): { record: EntryRecord; next: number } {
  if (at + CENTRAL.length > file.length || file.readUInt32LE(at) !== CENTRAL.signature) {
    throw unreadable("the archive's directory is incomplete");
  }
  const nameBytes = file.readUInt16LE(at + 28);
  const nameEnd = at + CENTRAL.length + nameBytes;
  if (nameBytes > MAX_NAME_CHARACTERS || nameEnd > file.length) {
    throw unreadable("the archive's directory is damaged");
  }
  const name = file.toString('utf8', at + CENTRAL.length, nameEnd);
  if ((file.readUInt16LE(at + 8) & ENCRYPTED_FLAG) !== 0) throw unreadable('the archive is encrypted');
  const method = file.readUInt16LE(at + 10);
  if (method !== STORED && method !== DEFLATED)
    throw unreadable(`the archive is packed by the method ${method}`);
  const record = {
    name,
    method,
    crc: file.readUInt32LE(at + 16),
    packedBytes: file.readUInt32LE(at + 20),
    sizeBytes: file.readUInt32LE(at + 24),
    offset: file.readUInt32LE(at + 42),
  };
  return { record, next: nameEnd + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32) };
}
