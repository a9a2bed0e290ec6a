import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { pollUntil } from './pollUntil.ts';

/** Work is retried after this time even if no space became free: quotas are not visible. */
const RETRY_AFTER_MS = 60_000;

/** How much space must become free before another try: less may be just the temporary files that were deleted. */
const GAIN_BYTES = 512 * 1024;

/** With this much free space, waiting does not help: the file is too large for the file system. */
const PLENTY_BYTES = 8 * 1024 ** 3;

/** Free bytes on the disk of a folder, which need not exist yet; undefined if the system does not report them. */
export async function freeBytesOf(folder: string): Promise<number | undefined> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const stats = await statfs(place).catch(() => undefined);
    if (stats !== undefined) return stats.bavail * stats.bsize;
    if (place === path.dirname(place)) return undefined;
  }
}

/** Monitors the free space of output disks. */
export class DiskSpace {
  readonly #floorBytes: () => number;
  readonly #freeBytes: typeof freeBytesOf;

  /**
   * @param floorBytes Free space below which nothing is begun.
   * @param freeBytes Determines free space.
   */
  constructor(floorBytes: () => number, freeBytes: typeof freeBytesOf = freeBytesOf) {
    this.#floorBytes = floorBytes;
    this.#freeBytes = freeBytes;
  }

  /** Whether there is room to begin work whose result goes there. */
  async hasRoom(folder: string): Promise<boolean> {
    const free = await this.#freeBytes(folder);
    return free === undefined || free >= this.#floorBytes();
  }

  /** Whether a disk that refused a file has enough free space that waiting would be pointless. */
  async isHopeless(folder: string): Promise<boolean> {
    const free = await this.#freeBytes(folder);
    return free !== undefined && free >= Math.max(PLENTY_BYTES, this.#floorBytes());
  }

  /** Calls back once when there may be room again. @returns A function that ends the wait. */
  awaitRoom(folder: string, onRoom: () => void): () => void {
    const before = this.#freeBytes(folder);
    const since = performance.now();
    const isBack = async (): Promise<boolean> => {
      const [then = 0, free] = [await before, await this.#freeBytes(folder)];
      if (free === undefined) return true;
      const isWorthTrying = free >= then + GAIN_BYTES || performance.now() - since >= RETRY_AFTER_MS;
      return isWorthTrying && free >= this.#floorBytes();
    };
    return pollUntil(isBack, onRoom);
  }
}
