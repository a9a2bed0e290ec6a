import type { OutputFormat } from '../api/outputFormats.ts';
import { IMAGE_FORMATS } from '../api/imageFormats.ts';

/** The colour space that a profile describes, four letters at byte 16 of its header (ICC.1:2022, 7.2.8). */
export function profileSpace(icc: Uint8Array): string {
  return String.fromCharCode(...icc.subarray(16, 20));
}

/**
 * Whether a profile describes the pixels that will be written: a grey profile on colour (or the reverse) is refused
 * by some readers and ignored by others.
 */
export function profileFits(icc: Uint8Array, channels: number, format: OutputFormat): boolean {
  const { profiles, grey: hasGrey } = IMAGE_FORMATS[format];
  if (!profiles) return false;
  // Few programs apply a grey profile in an AVIF, and some refuse the file.
  const grey = channels <= 2 && hasGrey;
  if (grey && format === 'avif') return false;
  return profileSpace(icc) === (grey ? 'GRAY' : 'RGB ');
}
