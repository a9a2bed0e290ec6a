import type { Source } from '../../../core/api/batchSpec.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { Size } from '../../../core/api/image.ts';
import type { DraftSource } from './draftSource.svelte.ts';

/** An image that waits for its batch, as a row shows it. */
export interface DraftRow {
  readonly key: string;
  readonly name: string;
  readonly group: DraftSource;
  /** Names this image alone; known once it was looked into. */
  readonly source?: Source | undefined;
  readonly thumbnail?: string | undefined;
  readonly size?: Size | undefined;
  readonly target?: Size | undefined;
  readonly sizeBytes: number;
  /** Name of the result. */
  readonly outputName?: string | undefined;
  readonly estimateMs?: number | undefined;
  /** Of the result. */
  readonly estimateBytes?: number | undefined;
  readonly state: 'sending' | 'reading' | 'ready';
}

export interface RefusedInput {
  readonly name: string;
  readonly error: ErrorDto;
}
