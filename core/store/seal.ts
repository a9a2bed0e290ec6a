import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { RowDigests } from './rowDigests.ts';

/** Rows of a larger store are not checked one by one: that would take seconds at every end of the program. */
const MAX_DIGESTED_BYTES = 32 * 1024 * 1024;

const CHUNK_BYTES = 4 * 1024 * 1024;

const sealSchema = z.object({
  /** Size, times and inode: they change whenever a program writes to the file. */
  version: z.string(),
  /** CRC-32 of each 4 MiB. */
  chunks: z.array(z.number()),
  rows: z.record(z.string(), z.record(z.string(), z.string())).exactOptional(),
});

/** A record of a closed store's content, so that the next start notices every change that this program did not make. */
export type Seal = z.infer<typeof sealSchema>;

function sealFile(file: string): string {
  return `${file}.seal`;
}

function versionOf(file: string): string {
  const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join(' ');
}

/** @param known Checksums of chunks that are not to be read, from the second one on. */
function checksumsOf(file: string, known: readonly number[] = []): number[] {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = (index: number): number => readSync(descriptor, chunk, 0, CHUNK_BYTES, index * CHUNK_BYTES);
    const checksums: number[] = [];
    for (let length = read(0); length > 0; length = read(checksums.length)) {
      checksums.push(crc32(chunk.subarray(0, length)));
      if (known.length > 0) return [...checksums, ...known.slice(1)];
    }
    return checksums;
  } finally {
    closeSync(descriptor);
  }
}

interface Sealing {
  readonly rows?: RowDigests | undefined;
  /** The seal with which the store was opened, if nothing was changed since: opening it only writes to its header. */
  readonly unchangedSince?: Seal | undefined;
}

/**
 * Seals a store that was closed and is intact. A store without a seal is only checked less strictly, and half a seal counts as
 * missing: so it is written in place, as the last step, and leaves no second file behind.
 */
export function writeSeal(file: string, { rows, unchangedSince }: Sealing = {}): void {
  try {
    const chunks = checksumsOf(file, unchangedSince?.chunks);
    const seal: Seal = { version: versionOf(file), chunks, ...(rows && { rows }) };
    writeFileSync(sealFile(file), JSON.stringify(seal), { mode: 0o600 });
  } catch {
    removeSeal(file);
  }
}

export function removeSeal(file: string): void {
  rmSync(sealFile(file), { force: true });
}

/** @returns The seal, or undefined if it is missing or invalid. A log next to the store invalidates it: the store was not closed. */
export function readSeal(file: string): Seal | undefined {
  if (existsSync(`${file}-wal`) || existsSync(`${file}-journal`)) return undefined;
  try {
    return sealSchema.parse(JSON.parse(readFileSync(sealFile(file), 'utf8')));
  } catch {
    // Missing, or only half written.
    return undefined;
  }
}

/**
 * Whether a closed store is what its seal describes. A large one to which no program has written since is not read.
 * Must not be called while this process has it open.
 */
export function fitsSeal(file: string, seal: Seal): boolean {
  if (!existsSync(file)) return false;
  if (!isSmall(file) && versionOf(file) === seal.version) return true;
  return checksumsOf(file).join() === seal.chunks.join();
}

export function isSmall(file: string): boolean {
  return statSync(file).size <= MAX_DIGESTED_BYTES;
}
