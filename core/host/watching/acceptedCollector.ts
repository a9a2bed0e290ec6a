import path from 'node:path';
import type { BatchSpec, Destination } from '../../api/batchSpec.ts';
import type { FileSnapshot } from '../../watch/fileSnapshot.ts';

/** Images come in bursts, and each batch costs a commit: images that arrive together share one. */
const COLLECT_MS = 100;

/** Maximum number of images in a batch. */
const MAX_TOGETHER = 500;

export type BatchWithoutSources = Omit<BatchSpec, 'sources'>;

interface Waiting {
  readonly snapshot: FileSnapshot;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The output folder for images in a folder below the watched one: the tree is mirrored. It is always a folder, even if it
 * is named like an image.
 */
export function mirroredDestination(destination: Destination, relativeFolder: string): Destination {
  switch (destination.kind) {
    case 'path':
      return { ...destination, path: path.join(destination.path, relativeFolder, path.sep) };
    case 'root':
      return {
        ...destination,
        relative: path.posix.join(destination.relative, ...relativeFolder.split(path.sep)),
      };
    case 'beside':
    case 'downloads':
      return destination;
  }
}

/** Puts images that are accepted at about the same time into one batch for each folder. */
export class AcceptedCollector {
  readonly #enqueue: (snapshots: readonly FileSnapshot[], relativeFolder: string) => Promise<void>;
  readonly #waiting = new Map<string, Waiting[]>();

  /** @param enqueue Queues images of one folder; durable when it resolves. */
  constructor(enqueue: (snapshots: readonly FileSnapshot[], relativeFolder: string) => Promise<void>) {
    this.#enqueue = enqueue;
  }

  /** Resolves when the image is durably queued. */
  accept(snapshot: FileSnapshot): Promise<void> {
    const folder = path.dirname(snapshot.relativePath);
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(folder) ?? [];
      waiting.push({ snapshot, resolve, reject });
      if (this.#waiting.size === 0)
        setTimeout(() => {
          this.#flush();
        }, COLLECT_MS);
      this.#waiting.set(folder, waiting);
    });
  }

  #flush(): void {
    for (const [folder, waiting] of this.#waiting) {
      for (let from = 0; from < waiting.length; from += MAX_TOGETHER) {
        void this.#send(folder, waiting.slice(from, from + MAX_TOGETHER));
      }
    }
    this.#waiting.clear();
  }

  async #send(folder: string, waiting: readonly Waiting[]): Promise<void> {
    try {
      await this.#enqueue(
        waiting.map(({ snapshot }) => snapshot),
        folder === '.' ? '' : folder,
      );
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
