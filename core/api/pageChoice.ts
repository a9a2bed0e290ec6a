import { EnlargerError } from './errors.ts';
import { IMAGE_FORMATS, type InputFormat } from './imageFormats.ts';
import type { PageChoice } from './jobSettings.ts';
import type { OutputFormat } from './outputFormats.ts';

/**
 * Which pages or frames of a file are chosen, from 0, in the order in which they are written.
 *
 * @throws EnlargerError `usage/invalid-option` if none of them is there.
 */
export function chosenPages(choice: PageChoice, count: number): number[] {
  if (choice === 'all') return Array.from({ length: count }, (_, index) => index);
  if (choice === 'first') return [0];
  const indices = choice.split(',').flatMap((part) => {
    const [from = 1, to = from] = part.split('-').map(Number);
    return Array.from(
      { length: Math.max(0, Math.min(to, count) - from + 1) },
      (_, index) => from - 1 + index,
    );
  });
  const wanted = [...new Set(indices)].filter((index) => index >= 0);
  if (wanted.length > 0) return wanted;
  const message = `There is no page ${choice}: the file has ${count}. Choose from 1 to ${count}.`;
  throw new EnlargerError('usage/invalid-option', message, { pages: choice, count });
}

/** Whether each page gets a separate file, because the target's format has no pages. */
export function arePagesApart(input: InputFormat, output: OutputFormat): boolean {
  return IMAGE_FORMATS[input].pages === 'all-pages' && IMAGE_FORMATS[output].pages === 'none';
}
