import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import type { DraftRow } from './draftRow.ts';
import type { Size } from '../../../core/api/image.ts';

interface Sized {
  readonly name: string;
  readonly size?: Size | undefined;
  readonly target?: Size | undefined;
}

/** The key of its text, with its values. */
export interface DraftProblem {
  readonly key: 'draft.problem.tooLarge' | 'draft.problem.oneTooLarge' | 'draft.problem.smaller';
  readonly values: { readonly name: string };
  /** Whether the batch cannot be started like this. */
  readonly isFatal: boolean;
}

/** Pixels of all results whose size is known. */
export function outputPixelsOf(rows: readonly Sized[]): number {
  return rows.reduce((sum, { target }) => sum + (target ? target.width * target.height : 0), 0);
}

/** Uploaded images, and those of the list, have no folder that could name their batch: it is named after the first one. */
export function nameFor(rows: readonly Pick<DraftRow, 'name' | 'source'>[]): { readonly name?: string } {
  const [first, ...others] = rows;
  if (first?.source?.kind !== 'upload' && first?.source?.kind !== 'job') return {};
  return { name: others.length === 0 ? first.name : `${first.name} +${others.length}` };
}

/** Problems with the sizes: a result that no job may have, or results that are all smaller than their originals. */
export function problemOf(rows: readonly Sized[]): DraftProblem | undefined {
  const sizes = rows.flatMap(({ name, size, target }) => (size && target ? [{ name, size, target }] : []));
  const maxPixels = DEFAULT_JOB_SETTINGS.maxOutputMegapixels * 1e6;
  const tooLarge = sizes.filter(({ target }) => target.width * target.height > maxPixels);
  const values = { name: tooLarge[0]?.name ?? '' };
  if (tooLarge.length > 0) {
    // Among other images, a person has to know which one it is.
    const key = tooLarge.length < sizes.length ? 'draft.problem.oneTooLarge' : 'draft.problem.tooLarge';
    return { key, values, isFatal: true };
  }
  const areSmaller = sizes.length > 0 && sizes.every(({ size, target }) => target.width < size.width);
  return areSmaller ? { key: 'draft.problem.smaller', values, isFatal: false } : undefined;
}
