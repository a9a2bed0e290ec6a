import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import type { MediaId } from '../api/views.ts';
import type { MediaContent } from './mediaService.ts';

/** Something that an id stands for. */
export type MediaItem =
  | { readonly kind: 'content'; readonly content: MediaContent }
  | { readonly kind: 'pyramid'; readonly file: string; readonly size: Size; readonly levels: number };

interface Shelved {
  readonly item: MediaItem;
  /** What it takes of the limit, in memory or on disk. */
  readonly sizeBytes: number;
  /** Deleted with the item. */
  readonly cacheFile?: string;
}

export interface MediaRegistryLimits {
  readonly items: number;
  readonly bytes: number;
}

function newId(): MediaId {
  return randomBytes(16).toString('hex');
}

/** What can be fetched by an id. Bounded: what was not asked for the longest goes first. */
export class MediaRegistry {
  readonly #limits: MediaRegistryLimits;
  /** In the order in which they were last asked for. */
  readonly #shelved = new Map<MediaId, Shelved>();
  #bytes = 0;

  constructor(limits: MediaRegistryLimits) {
    this.#limits = limits;
  }

  /** @returns A random id of 128 bit. */
  add(item: MediaItem, sizeBytes: number, cacheFile?: string): MediaId {
    const id = newId();
    this.#shelved.set(id, { item, sizeBytes, ...(cacheFile !== undefined && { cacheFile }) });
    this.#bytes += sizeBytes;
    this.#makeRoom(id);
    return id;
  }

  has(id: MediaId): boolean {
    return this.#shelved.has(id);
  }

  /** @throws EnlargerError `media/not-found`. */
  get(id: MediaId): MediaItem {
    const shelved = this.#shelved.get(id);
    if (shelved === undefined) {
      throw new EnlargerError('media/not-found', 'The image is not kept any more. Ask for it again.');
    }
    this.#shelved.delete(id);
    this.#shelved.set(id, shelved);
    return shelved.item;
  }

  #makeRoom(newest: MediaId): void {
    for (const [id, { sizeBytes, cacheFile }] of this.#shelved) {
      const isFull = this.#shelved.size > this.#limits.items || this.#bytes > this.#limits.bytes;
      if (!isFull || id === newest) return;
      this.#shelved.delete(id);
      this.#bytes -= sizeBytes;
      if (cacheFile !== undefined) rmSync(cacheFile, { force: true });
    }
  }
}
