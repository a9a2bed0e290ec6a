import { statfs } from 'node:fs/promises';
import path from 'node:path';

/** How often a full disk is checked. */
const LOOK_INTERVAL_MS = 2_000;

/** Work is retried after this time even if no space became free: quotas are not visible. */
const RETRY_AFTER_MS = 60_000;

/** How much space must become free for another try: less is only the deleted temporary files. */
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

  /** Whether a disk that refused a file has so much free space that waiting would be pointless. */
  async isHopeless(folder: string): Promise<boolean> {
    const free = await this.#freeBytes(folder);
    return free !== undefined && free >= Math.max(PLENTY_BYTES, this.#floorBytes());
  }

  /** Calls back once when there may be room again. @returns A function that ends the wait. */
  awaitRoom(folder: string, onRoom: () => void): () => void {
    const before = this.#freeBytes(folder);
    const since = performance.now();
    const look = async (): Promise<void> => {
      const [then = 0, free] = [await before, await this.#freeBytes(folder)];
      const isBack =
        free === undefined || free >= then + GAIN_BYTES || performance.now() - since >= RETRY_AFTER_MS;
      if (!isBack || (free !== undefined && free < this.#floorBytes()) || timer === undefined) return;
      stop();
      onRoom();
    };
    const stop = (): void => {
      clearInterval(timer);
      timer = undefined;
    };
    let timer: NodeJS.Timeout | undefined = setInterval(() => void look(), LOOK_INTERVAL_MS);
    return stop;
  }
}
