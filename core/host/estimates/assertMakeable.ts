import { assertFits } from '../../api/imageFormats.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import { chooseSequence } from '../../image/animation/chooseSequence.ts';
import { assertStackFits } from '../../image/animation/encodeFrames.ts';
import { assertFramesFit } from '../../image/animation/frames.ts';
import { assertDecodable } from '../../image/formats/formatDecoder.ts';
import type { ImageHeader } from '../../image/formats/imageHeader.ts';
import { assertOutputSize } from '../../jobs/outputSize.ts';
import type { ImageWork } from './estimateImage.ts';

/**
 * Refuses an image that a worker would refuse, as far as its header shows.
 *
 * @throws EnlargerError `image/too-large`, `size/too-large-for-format`.
 */
export function assertMakeable(
  { frames = 1 }: ImageHeader,
  { format, outputFormat, from, to }: ImageWork,
  settings: JobSettings,
): void {
  const limits = { maxPixels: settings.maxInputMegapixels * 1e6 };
  assertDecodable(from, limits);
  assertOutputSize(to, settings.maxOutputMegapixels);
  assertFits(to, outputFormat);
  const sequence = chooseSequence(frames, { input: format, output: outputFormat }, settings.pages);
  if (sequence.kind !== 'frames') return;
  assertFramesFit(from, frames, limits);
  assertStackFits(to, sequence.indices.length);
}
