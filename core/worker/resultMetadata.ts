import type { Size } from '../api/image.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { ImageFacts } from '../image/decode.ts';
import { profileFits } from '../image/profileFits.ts';
import type { Density, ImageMetadata } from '../metadata/imageMetadata.ts';
import { prepareMetadata } from '../metadata/prepareMetadata.ts';
import { readMetadata } from '../metadata/readMetadata.ts';
import type { EnlargeJob } from '../pool/messages.ts';

const PROFILE_LEFT_OUT =
  'The colour profile does not describe pixels of this kind (grey or colour) and was left out.';

/** The resolution for printing: without it, other programs would print the result at an arbitrary size. */
function printDensity(sizing: JobSettings['sizing']): Density | undefined {
  if (sizing.kind !== 'print') return undefined;
  return { x: sizing.dotsPerInch, y: sizing.dotsPerInch, unit: 'inch' };
}

/**
 * The metadata of an image's file, adapted to its result, and sentences on what could not be kept.
 *
 * @param shape Of the result; of one frame, when there are several.
 */
export function resultMetadata(
  facts: ImageFacts,
  { settings, outputFormat }: EnlargeJob,
  { width, height, channels }: Size & { readonly channels: number },
): { readonly metadata: ImageMetadata; readonly warnings: readonly string[] } {
  const read = readMetadata(facts.metadataFrom.format, facts.metadataFrom.bytes);
  const { icc, isConverted, size: from } = facts;
  const fits = icc === undefined || profileFits(icc, channels, outputFormat);
  const prepared = prepareMetadata(
    { ...read.metadata, icc },
    {
      ...{ policy: settings.metadata, width, height, keepIcc: fits, isConverted, from },
      density: printDensity(settings.sizing),
    },
  );
  const mismatch = fits ? [] : [PROFILE_LEFT_OUT];
  return { metadata: prepared.metadata, warnings: [...read.warnings, ...mismatch, ...prepared.warnings] };
}
