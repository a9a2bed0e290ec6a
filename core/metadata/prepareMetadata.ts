import type { Size } from '../api/image.ts';
import { withDensityFields } from './exif/exifDensity.ts';
import { exifOrientation } from './exif/exifOrientation.ts';
import { patchExif } from './exif/patchExif.ts';
import type { NewPixels } from './exif/patchExif.ts';
import { safeExif } from './exif/rebuildExif.ts';
import type { Density, MetadataDraft, MetadataWarning, ImageMetadata } from './imageMetadata.ts';
import { enlargedXmpValues, patchXmp } from './xmp/patchXmp.ts';
import { scaleXmp } from './xmp/scaleXmp.ts';
import { withoutClaims } from './xmp/withoutClaims.ts';

/**
 * What an enlarged image may reveal: `all` that the original did; `safe`: how and when it was taken, not where, by
 * whose device or of what; `none`: only the colour profile, without which its colours would be wrong.
 */
export type MetadataPolicy = 'all' | 'safe' | 'none';

/** The enlarged image, and which metadata it may contain. */
export interface PrepareOptions extends Size {
  readonly policy: MetadataPolicy;
  /** false when the pixels were converted to sRGB: the original's profile is then not theirs. */
  readonly keepIcc: boolean;
  /** Whether the pixels became sRGB from something else; by default, when a profile is not kept. */
  readonly isConverted?: boolean;
  /** The original's size, upright: figures in pixels are scaled by it. */
  readonly from?: Size;
  /** The resolution that was requested, which replaces the original's. */
  readonly density?: Density | undefined;
}

/** Adapts an original's metadata to its enlarged image, and removes all that the policy does not allow. */
export function prepareMetadata(
  metadata: ImageMetadata,
  { policy, width, height, keepIcc, isConverted, from, density }: PrepareOptions,
): { metadata: ImageMetadata; warnings: MetadataWarning[] } {
  const warnings: MetadataWarning[] = [];
  const draft: MetadataDraft = policy === 'all' ? { ...metadata } : {};
  delete draft.icc;
  if (keepIcc && metadata.icc !== undefined) {
    draft.icc = metadata.icc;
  }
  if (policy === 'safe') {
    const exif = metadata.exif && safeExif(metadata.exif, (warning) => warnings.push(warning));
    if (exif !== undefined) draft.exif = exif;
    if (metadata.density !== undefined) draft.density = metadata.density;
    if (metadata.aspect !== undefined) draft.aspect = metadata.aspect;
  }
  const isSrgbNow = isConverted ?? (!keepIcc && metadata.icc !== undefined);
  const pixels = { width, height, isSrgbNow, ...(from && { from }) };
  if (draft.xmp !== undefined && from !== undefined) {
    const orientation = draft.exif && exifOrientation(draft.exif);
    draft.xmp = scaleXmp(draft.xmp, { from, to: { width, height }, orientation });
  }
  const result = enlarged(draft, pixels, warnings);
  return { metadata: density === undefined ? result : withDensity(result, density), warnings };
}

/** In both places: some programs read one of them, some the other. */
function withDensity(metadata: ImageMetadata, density: Density): ImageMetadata {
  const { aspect: _, exif, ...rest } = metadata;
  return { ...rest, density, ...(exif !== undefined && { exif: withDensityFields(exif, density) }) };
}

function enlarged(draft: MetadataDraft, pixels: NewPixels, warnings: MetadataWarning[]): ImageMetadata {
  if (draft.exif !== undefined) {
    const exif = patchExif(draft.exif, pixels);
    if (exif === undefined) {
      warnings.push('The EXIF is damaged and was left out.');
      delete draft.exif;
    } else {
      draft.exif = exif;
    }
  }
  if (draft.xmp !== undefined) {
    draft.xmp = patchXmp(withoutClaims(draft.xmp), enlargedXmpValues(pixels));
  }
  return draft;
}
