import { z } from 'zod';
import { sourceSchema } from '../../../core/api/batchSpec.ts';
import type { Source } from '../../../core/api/batchSpec.ts';
import type { Memory } from '../panels.svelte.ts';

const KEY = 'draft';
/** A longer list is a folder whose images were edited one by one, and not worth the space. */
const MAX_KEPT = 2_000;

const keptSchema = z.array(z.object({ name: z.string(), source: sourceSchema })).max(MAX_KEPT);

export interface KeptSource {
  readonly name: string;
  readonly source: Source;
}

/** Images that were added but not started, kept for the next start of the window. */
export class DraftMemory {
  readonly #memory: Memory | undefined;

  constructor(memory: Memory | undefined) {
    this.#memory = memory;
  }

  keep(sources: readonly KeptSource[]): void {
    this.#memory?.setItem(KEY, JSON.stringify(sources.slice(0, MAX_KEPT)));
  }

  /** Nothing if it was written by another version, or by someone else. */
  read(): readonly KeptSource[] {
    const text = this.#memory?.getItem(KEY) ?? '[]';
    try {
      const kept = keptSchema.safeParse(JSON.parse(text));
      return kept.success ? kept.data : [];
    } catch {
      return []; // not JSON
    }
  }
}
