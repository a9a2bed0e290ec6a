import type { Size } from '../../api/picture.ts';
import { patchExif } from './exif/patchExif.ts';
import type { NewPixels } from './exif/patchExif.ts';
import { safeExif } from './exif/rebuildExif.ts';
import type { MetadataDraft, MetadataWarning, PictureMetadata } from './pictureMetadata.ts';
import { enlargedXmpValues, patchXmp } from './xmp/patchXmp.ts';

/**
 * What an enlarged picture may tell: `all` that the original told; `safe`: how and when it was taken, not where, by
 * whose device or of what; `none`: only the colour profile, without which its colours would be wrong.
 */
export type MetadataPolicy = 'all' | 'safe' | 'none';

/** The enlarged picture, and what may be told of it. */
export interface PrepareOptions extends Size {
  readonly policy: MetadataPolicy;
  /** false when the pixels were converted to sRGB: the original's profile is then not theirs. */
  readonly keepIcc: boolean;
}

/** Makes an original's metadata true of its enlarged picture, and no more telling than the policy allows. */
export function prepareMetadata(
  metadata: PictureMetadata,
  { policy, width, height, keepIcc }: PrepareOptions,
): { metadata: PictureMetadata; warnings: MetadataWarning[] } {
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
  }
  const pixels = { width, height, isSrgbNow: !keepIcc && metadata.icc !== undefined };
  return { metadata: enlarged(draft, pixels, warnings), warnings };
}

function enlarged(draft: MetadataDraft, pixels: NewPixels, warnings: MetadataWarning[]): PictureMetadata {
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
    draft.xmp = patchXmp(draft.xmp, enlargedXmpValues(pixels));
  }
  return draft;
}
