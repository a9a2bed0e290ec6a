import type { Destination, Source } from '../../../core/api/batchSpec.ts';
import type { EnlargerApi } from '../../../core/api/contract.ts';
import { Latest } from '../latest.ts';

/** Free space on the disk that the results of a new batch are written to. */
export class FreeSpace {
  readonly #api: Pick<EnlargerApi, 'getFreeSpace'>;
  readonly #latest = new Latest();
  #bytes = $state<number | undefined>(undefined);

  constructor(api: Pick<EnlargerApi, 'getFreeSpace'>) {
    this.#api = api;
  }

  /** Undefined as long as it is not known. */
  get bytes(): number | undefined {
    return this.#bytes;
  }

  /** @param source One of the images, whose folder matters if results go next to them. */
  async look(destination: Destination, source: Source | undefined): Promise<void> {
    try {
      const answer = await this.#latest.run(() =>
        this.#api.getFreeSpace({ destination, ...(source && { source }) }),
      );
      if (answer !== undefined) this.#bytes = answer.freeBytes;
    } catch {
      this.#bytes = undefined; // the batch itself reports a folder that cannot be used
    }
  }
}
