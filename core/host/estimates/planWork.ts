import { toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { chooseSequence } from '../../image/animation/chooseSequence.ts';
import { readImageHeader, type ImageHeader } from '../../image/formats/imageHeader.ts';
import { targetSize } from '../../api/targetSize.ts';
import { assertMakeable } from './assertMakeable.ts';
import type { ImageWork } from './estimateImage.ts';
import type { PlannedWork } from './estimateWork.ts';

/** An image and the format of its result. */
export interface PlannedImage {
  readonly file: string;
  readonly outputFormat: OutputFormat;
}

function framesOf({ format, frames = 1 }: ImageHeader, output: OutputFormat, settings: JobSettings): number {
  const sequence = chooseSequence(frames, { input: format, output }, settings.pages);
  return sequence.kind === 'single' ? 1 : sequence.indices.length;
}

/** An image that cannot be enlarged, and why. */
export interface UnreadableImage {
  readonly file: string;
  readonly error: ErrorDto;
}

/** The work for an image by its header; `large-enough` if nothing is to be done, undefined if its size is unknown. */
export function workFor(
  header: ImageHeader,
  outputFormat: OutputFormat,
  settings: JobSettings,
): ImageWork | 'large-enough' | undefined {
  const { format, size: from } = header;
  if (from === undefined) return undefined;
  const to = targetSize(from, settings.sizing);
  const isLargeEnough = to.width <= from.width && to.height <= from.height;
  if (settings.onlyIfSmaller && isLargeEnough) return 'large-enough';
  return { format, outputFormat, from, to, frames: framesOf(header, outputFormat, settings) };
}

/**
 * Reads the headers of a batch's images. A file that cannot be read or is too large is left out, and listed
 * with the reason.
 *
 * @param workers Worker processes.
 */
export async function planWork(
  planned: Iterable<PlannedImage>,
  settings: JobSettings,
  workers: number,
): Promise<PlannedWork & { readonly largeEnough: number; readonly unreadable: readonly UnreadableImage[] }> {
  const images: ImageWork[] = [];
  const unreadable: UnreadableImage[] = [];
  const counts = { unsized: 0, largeEnough: 0 };
  for (const { file, outputFormat } of planned) {
    try {
      const header = await readImageHeader(file);
      const work = workFor(header, outputFormat, settings);
      if (work === undefined) counts.unsized++;
      else if (work === 'large-enough') counts.largeEnough++;
      else {
        assertMakeable(header, work, settings);
        images.push(work);
      }
    } catch (error) {
      unreadable.push({ file, error: toErrorDto(error) });
    }
  }
  return { images, workers, unreadable, ...counts };
}
