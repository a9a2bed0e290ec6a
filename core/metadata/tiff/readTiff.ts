import { copyBytes, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { aspectOfExif, densityOfExif } from '../exif/exifDensity.ts';
import { exifOrientation, turnedPair } from '../exif/exifOrientation.ts';
import { DESCRIPTIVE_TAGS, TAG } from '../exif/exifTags.ts';
import { readExifTree } from '../exif/exifTree.ts';
import { findEntry, readEntryValue, readIfd, readTiffHeader } from '../exif/readIfd.ts';
import { isWorthKeeping } from '../exif/rebuildExif.ts';
import { buildExif } from '../exif/writeExifTree.ts';
import { acceptIccProfile } from '../iccProfile.ts';
import { findPhotoshopResource, IPTC_RESOURCE_ID, keptResources } from '../photoshopResources.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';
import type { MetadataDraft, Warn } from '../imageMetadata.ts';

const IPTC_MARKER = 0x1c;

/** ModelPixelScale, ModelTiepoint, ModelTransformation and the keys (OGC GeoTIFF 1.1). */
const GEO_TAGS = [33550, 33922, 34264, 34735];

/** Reads the metadata of a TIFF file's first image, classic or BigTIFF (TIFF 6.0, Adobe XMP part 3 3.2). */
export function readTiff(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const source = bytesSource(bytes);
  const header = readTiffHeader(source);
  const ifd = header && readIfd(source, header, header.firstIfdOffset);
  if (header === undefined || ifd === undefined) {
    warn("The TIFF's first directory is damaged; no metadata was read.");
    return {};
  }
  const valueOf = (tag: number): Uint8Array | undefined => {
    const entry = findEntry(ifd, tag);
    return entry && entry.sizeBytes <= MAX_PART_BYTES ? readEntryValue(source, entry) : undefined;
  };
  const draft: MetadataDraft = readExifPart(bytes, warn);
  const xmp = valueOf(TAG.xmp);
  const profile = valueOf(TAG.icc);
  const icc = profile && acceptIccProfile(profile, warn);
  const resources = valueOf(TAG.photoshop) ?? new Uint8Array();
  const iptc = iptcRecords(valueOf(TAG.iptc)) ?? findPhotoshopResource(resources, IPTC_RESOURCE_ID);
  const photoshop = keptResources(resources);
  if (xmp !== undefined) draft.xmp = xmp;
  if (icc !== undefined) draft.icc = icc;
  if (iptc !== undefined) draft.iptc = iptc;
  if (photoshop !== undefined) draft.photoshop = photoshop;
  if (GEO_TAGS.some((tag) => findEntry(ifd, tag) !== undefined)) {
    warn(
      'The geographic reference of the TIFF (GeoTIFF) does not apply to the enlarged image and was left out.',
    );
  }
  return draft;
}

/** EXIF as other formats contain it; only a density if there is nothing else. */
function readExifPart(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const tree = readExifTree(bytesSource(bytes), warn, (tag) => DESCRIPTIVE_TAGS.has(tag));
  if (tree === undefined) {
    return {};
  }
  const { bytes: exif, isMakerNoteSound } = buildExif(tree);
  if (!isWorthKeeping(tree)) {
    const orientation = exifOrientation(exif);
    const density = densityOfExif(exif);
    const aspect = aspectOfExif(exif);
    if (density !== undefined) return { density: turnedPair(density, orientation) };
    return aspect === undefined ? {} : { aspect: turnedPair(aspect, orientation) };
  }
  if (!isMakerNoteSound) {
    warn('The maker note had to be moved out of a TIFF file; programs may not understand parts of it.');
  }
  return { exif };
}

/** Many programs declare IPTC as 32-bit numbers, and some even swap its bytes accordingly. */
function iptcRecords(value: Uint8Array | undefined): Uint8Array | undefined {
  if (value?.[0] === IPTC_MARKER) {
    return withoutPadding(value);
  }
  if (value?.[3] !== IPTC_MARKER) {
    return undefined;
  }
  const swapped = copyBytes(value.subarray(0, value.length - (value.length % 4)));
  for (let start = 0; start < swapped.length; start += 4) {
    swapped.subarray(start, start + 4).reverse();
  }
  return withoutPadding(swapped);
}

/** The records up to the zeros that fill the last 32-bit number (IPTC-IIM 4.2, 1.5 and 1.6). */
function withoutPadding(iptc: Uint8Array): Uint8Array {
  let end = 0;
  while (iptc[end] === IPTC_MARKER && end + 5 <= iptc.length) {
    const sizeBytes = readUint(iptc, { offset: end + 3, sizeBytes: 2, order: 'big' });
    if (sizeBytes >= 0x8000 || end + 5 + sizeBytes > iptc.length) {
      return iptc; // an extended or damaged data set is not cut
    }
    end += 5 + sizeBytes;
  }
  return iptc.length - end < 4 ? iptc.subarray(0, end) : iptc;
}
