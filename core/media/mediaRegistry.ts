import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import type { MediaId } from '../api/views.ts';
import type { MediaContent } from './mediaService.ts';

/** Something that an id stands for. */
export type MediaItem =
  | {
      readonly kind: 'content';
      readonly content: MediaContent;
      /** Of a file that the service did not create: it is served only as long as it is unchanged. */
      readonly version?: string;
    }
  | { readonly kind: 'pyramid'; readonly file: string; readonly size: Size; readonly levels: number };

interface Registered {
  readonly item: MediaItem;
  /** What it uses of the limit, in memory or on disk. */
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

/** What can be fetched by an id. Bounded: the item that was not fetched for the longest time goes first. */
export class MediaRegistry {
  readonly #limits: MediaRegistryLimits;
  /** In the order in which they were last fetched. */
  readonly #items = new Map<MediaId, Registered>();
  #bytes = 0;

  constructor(limits: MediaRegistryLimits) {
    this.#limits = limits;
  }

  /** @returns A random id of 128 bit. */
  add(item: MediaItem, sizeBytes: number, cacheFile?: string): MediaId {
    const id = newId();
    this.#items.set(id, { item, sizeBytes, ...(cacheFile !== undefined && { cacheFile }) });
    this.#bytes += sizeBytes;
    this.#makeRoom(id);
    return id;
  }

  has(id: MediaId): boolean {
    return this.#items.has(id);
  }

  /** @throws EnlargerError `media/not-found`. */
  get(id: MediaId): MediaItem {
    const registered = this.#items.get(id);
    if (registered === undefined) {
      throw new EnlargerError('media/not-found', 'The image is no longer available. Request it again.');
    }
    this.#items.delete(id);
    this.#items.set(id, registered);
    return registered.item;
  }

  #makeRoom(newest: MediaId): void {
    for (const [id, { sizeBytes, cacheFile }] of this.#items) {
      const isFull = this.#items.size > this.#limits.items || this.#bytes > this.#limits.bytes;
      if (!isFull || id === newest) return;
      this.#items.delete(id);
      this.#bytes -= sizeBytes;
      if (cacheFile !== undefined) rmSync(cacheFile, { force: true });
    }
  }
}
