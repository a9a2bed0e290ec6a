import { createHash } from 'node:crypto';
import {
  existsSync,
  openSync,
  readFileSync,
  readSync,
  closeSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';
import type { RowDigests } from './rowDigests.ts';

/** Rows of a larger store are not checked one by one: that would take seconds at every end of the program. */
const MAX_DIGESTED_BYTES = 32 * 1024 * 1024;

const CHUNK_BYTES = 1024 * 1024;

const sealSchema = z.object({
  sha256: z.string(),
  rows: z.record(z.string(), z.record(z.string(), z.string())).exactOptional(),
});

/** A record of a closed store's content, so that the next start notices every change that this program did not make. */
export type Seal = z.infer<typeof sealSchema>;

function sealFile(file: string): string {
  return `${file}.seal`;
}

function hashOf(file: string): string {
  const hash = createHash('sha256');
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

/**
 * Seals a store that was closed and is intact. A store without a seal is only checked less strictly, and half a seal counts as
 * missing: so it is written in place, as the last step, and leaves no second file behind.
 */
export function writeSeal(file: string, rows: RowDigests | undefined): void {
  try {
    const seal: Seal = { sha256: hashOf(file), ...(rows && { rows }) };
    writeFileSync(sealFile(file), JSON.stringify(seal), { mode: 0o600 });
  } catch {
    removeSeal(file);
  }
}

export function removeSeal(file: string): void {
  rmSync(sealFile(file), { force: true });
}

/** @returns undefined if there is no seal, or it does not count: a log next to the store shows that it was not closed. */
export function readSeal(file: string): Seal | undefined {
  if (existsSync(`${file}-wal`) || existsSync(`${file}-journal`)) return undefined;
  try {
    return sealSchema.parse(JSON.parse(readFileSync(sealFile(file), 'utf8')));
  } catch {
    // Missing, or only half written.
    return undefined;
  }
}

/** Whether a closed store is, to the byte, what its seal describes. Must not be called while this process has it open. */
export function fitsSeal(file: string, seal: Seal): boolean {
  return existsSync(file) && hashOf(file) === seal.sha256;
}

export function isSmall(file: string): boolean {
  return statSync(file).size <= MAX_DIGESTED_BYTES;
}
