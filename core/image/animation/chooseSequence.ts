import type { InputFormat } from '../../api/imageFormats.ts';
import type { PageChoice } from '../../api/jobSettings.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { arePagesApart, chosenPages } from '../../api/pageChoice.ts';
import { isAnimatedFormat } from './encodeFrames.ts';

/** Which pages or frames of a file are enlarged; counted from 0. */
export type Sequence =
  | { readonly kind: 'single'; readonly page: number }
  | { readonly kind: 'pages' | 'page-files' | 'frames'; readonly indices: readonly number[] };

/** A GIF or WebP that is to become a PNG becomes a still: few programs play animated PNGs. */
function isAnimationTarget(input: InputFormat, output: OutputFormat): boolean {
  if (input === 'png') return isAnimatedFormat(output);
  return (input === 'gif' || input === 'webp') && output !== 'png' && isAnimatedFormat(output);
}

/**
 * Chooses the pages or frames: all pages, into separate files if the target has none; all frames if the target is an
 * animation, and the first elsewhere.
 *
 * @param choice All by default.
 * @throws EnlargerError `usage/invalid-option` for missing pages.
 */
export function chooseSequence(
  count: number,
  formats: { readonly input: InputFormat; readonly output: OutputFormat },
  choice: PageChoice = 'all',
): Sequence {
  if (count <= 1) return { kind: 'single', page: 0 };
  const { input, output } = formats;
  const indices = chosenPages(choice, count);
  if (input === 'tiff') {
    if (indices.length === 1) return { kind: 'single', page: indices[0] ?? 0 };
    return { kind: arePagesApart(input, output) ? 'page-files' : 'pages', indices };
  }
  const isAnimation = isAnimationTarget(input, output);
  return isAnimation && indices.length > 1 ? { kind: 'frames', indices } : { kind: 'single', page: 0 };
}

/** The pages or frames of a file that were left out, as a sentence; undefined if all were enlarged. */
export function leftOutNote(count: number, sequence: Sequence, input: InputFormat): string | undefined {
  const noun = input === 'tiff' ? 'page' : 'frame';
  if (sequence.kind === 'single') {
    if (count <= 1) return undefined;
    const which = sequence.page === 0 ? 'the first' : `${noun} ${sequence.page + 1}`;
    return `Only ${which} of ${count} ${noun}s was enlarged.`;
  }
  const { length } = sequence.indices;
  return length === count ? undefined : `${length} of ${count} ${noun}s were enlarged.`;
}
