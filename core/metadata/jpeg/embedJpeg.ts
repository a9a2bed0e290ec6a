import { hasText, joinBytes, latin1Bytes, uintBytes } from '../byteFields.ts';
import { copyRange, ownBytes } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import { densityOfExif, exifWithDensity } from '../exif/exifDensity.ts';
import { cutThumbnail } from '../exif/patchExif.ts';
import { smallExif } from '../exif/rebuildExif.ts';
import { wrapIptc } from '../photoshopResources.ts';
import type { Density, ImageMetadata, PixelAspect, Warn } from '../imageMetadata.ts';
import { splitXmp, withoutPadding } from '../xmp/extendedXmp.ts';
import { isJfif, jfifAspectSegment, jfifSegment, mayHaveJfif } from './jfif.ts';
import {
  cutBytes,
  JPEG_MARKER,
  JPEG_SIGNATURE,
  jpegSegment,
  MAX_SEGMENT_DATA_BYTES,
  readJpegHeader,
} from './jpegSegments.ts';
import type { JpegSegment } from './jpegSegments.ts';

const MAX_EXIF_BYTES = MAX_SEGMENT_DATA_BYTES - JPEG_SIGNATURE.exif.length;
const MAX_XMP_BYTES = 65_502; // Adobe XMP part 3, 1.1.3
const MAX_ICC_CHUNKS = 255;
const EXTENSION_PREFIX_BYTES = 40;
const MAX_SIGNATURE_BYTES = 40;

/** Splices metadata into a JPEG file: SOI, JFIF, EXIF, XMP, ICC, IPTC, then the rest of the file. */
export function embedJpeg(encoded: ByteSource, metadata: ImageMetadata, warn: Warn): Segment[] | undefined {
  const header = readJpegHeader(encoded);
  if (header?.isWhole !== true) {
    return undefined;
  }
  const density = densityOfExif(metadata.exif) ?? metadata.density;
  const oldJfif = header.segments.find((segment) => isJfif(encoded, segment));
  const canSayDensity = oldJfif !== undefined || mayHaveJfif(encoded, header.segments);
  const exif = canSayDensity ? metadata.exif : exifWithDensity(metadata.exif, density);
  const jfif = canSayDensity ? newJfif(density, metadata.aspect) : undefined;
  const parts = {
    exif: exifSegments(exif, warn),
    xmp: xmpSegments(metadata.xmp, warn),
    icc: iccSegments(metadata.icc, warn),
    photoshop: photoshopSegments(metadata),
  };
  const kept = header.segments.filter(
    (segment) => segment !== oldJfif && !isReplaced(encoded, segment, parts),
  );
  return [
    copyRange(0, 2),
    ...(jfif !== undefined ? [ownBytes(jfif)] : copySegments(oldJfif)),
    ...[...parts.exif, ...parts.xmp, ...parts.icc, ...parts.photoshop].map(ownBytes),
    ...commentSegments(metadata.comments ?? []).map(ownBytes),
    ...copySegments(...kept),
    copyRange(header.restStart, encoded.sizeBytes),
  ];
}

interface NewParts {
  readonly exif: readonly Uint8Array[];
  readonly xmp: readonly Uint8Array[];
  readonly icc: readonly Uint8Array[];
  readonly photoshop: readonly Uint8Array[];
}

function isReplaced(encoded: ByteSource, segment: JpegSegment, parts: NewParts): boolean {
  const data = encoded.read(
    segment.dataStart,
    Math.min(segment.end, segment.dataStart + MAX_SIGNATURE_BYTES),
  );
  const is = (marker: number, signature: string): boolean =>
    segment.marker === marker && hasText(data, signature);
  return (
    (parts.exif.length > 0 && is(JPEG_MARKER.app1, JPEG_SIGNATURE.exif)) ||
    (parts.xmp.length > 0 && is(JPEG_MARKER.app1, JPEG_SIGNATURE.xmp)) ||
    (parts.xmp.length > 0 && is(JPEG_MARKER.app1, JPEG_SIGNATURE.xmpExtension)) ||
    (parts.icc.length > 0 && is(JPEG_MARKER.app2, JPEG_SIGNATURE.icc)) ||
    (parts.photoshop.length > 0 && is(JPEG_MARKER.app13, JPEG_SIGNATURE.photoshop))
  );
}

function copySegments(...segments: readonly (JpegSegment | undefined)[]): Segment[] {
  return segments
    .filter((segment) => segment !== undefined)
    .map((segment) => copyRange(segment.start, segment.end));
}

function exifSegments(exif: Uint8Array | undefined, warn: Warn): Uint8Array[] {
  if (exif === undefined) {
    return [];
  }
  const fitting = exif.length <= MAX_EXIF_BYTES ? exif : shortenExif(exif, warn);
  return fitting === undefined ? [] : [jpegSegment(JPEG_MARKER.app1, JPEG_SIGNATURE.exif, fitting)];
}

function shortenExif(exif: Uint8Array, warn: Warn): Uint8Array | undefined {
  const withoutThumbnail = cutThumbnail(exif);
  if (withoutThumbnail !== undefined && withoutThumbnail.length <= MAX_EXIF_BYTES) {
    return withoutThumbnail;
  }
  const small = smallExif(exif);
  if (small !== undefined && small.length <= MAX_EXIF_BYTES) {
    warn(`The EXIF (${exif.length} bytes) is longer than JPEG allows; its maker note was left out.`);
    return small;
  }
  warn(`The EXIF (${exif.length} bytes) is longer than JPEG allows and was left out.`);
  return undefined;
}

function xmpSegments(xmp: Uint8Array | undefined, warn: Warn): Uint8Array[] {
  if (xmp === undefined) {
    return [];
  }
  const packet = xmp.length <= MAX_XMP_BYTES ? xmp : withoutPadding(xmp);
  if (packet.length <= MAX_XMP_BYTES) {
    return [jpegSegment(JPEG_MARKER.app1, JPEG_SIGNATURE.xmp, packet)];
  }
  const split = splitXmp(packet);
  if (split === undefined) {
    warn(
      `The XMP (${xmp.length} bytes) is too long for one JPEG segment and cannot be split; it was left out.`,
    );
    return [];
  }
  const { main, extension, guid } = split;
  const portionBytes = MAX_SEGMENT_DATA_BYTES - JPEG_SIGNATURE.xmpExtension.length - EXTENSION_PREFIX_BYTES;
  const portions = cutBytes(extension, portionBytes).map((portion, index) =>
    joinBytes([
      latin1Bytes(guid),
      uintBytes(extension.length, 4, 'big'),
      uintBytes(index * portionBytes, 4, 'big'),
      portion,
    ]),
  );
  return [
    jpegSegment(JPEG_MARKER.app1, JPEG_SIGNATURE.xmp, main),
    ...portions.map((portion) => jpegSegment(JPEG_MARKER.app1, JPEG_SIGNATURE.xmpExtension, portion)),
  ];
}

function iccSegments(icc: Uint8Array | undefined, warn: Warn): Uint8Array[] {
  const chunks = cutBytes(icc ?? new Uint8Array(), MAX_SEGMENT_DATA_BYTES - JPEG_SIGNATURE.icc.length - 2);
  if (chunks.length > MAX_ICC_CHUNKS) {
    warn(`The colour profile (${icc?.length ?? 0} bytes) is longer than JPEG allows and was left out.`);
    return [];
  }
  return chunks.map((chunk, index) =>
    jpegSegment(
      JPEG_MARKER.app2,
      JPEG_SIGNATURE.icc,
      joinBytes([Uint8Array.of(index + 1, chunks.length), chunk]),
    ),
  );
}

/** The JFIF header that the image needs; undefined if neither resolution nor pixel aspect ratio are known. */
function newJfif(density: Density | undefined, aspect: PixelAspect | undefined): Uint8Array | undefined {
  if (density !== undefined) return jfifSegment(density);
  return aspect && jfifAspectSegment(aspect);
}

function commentSegments(comments: readonly Uint8Array[]): Uint8Array[] {
  return comments
    .flatMap((comment) => cutBytes(comment, MAX_SEGMENT_DATA_BYTES))
    .map((piece) => jpegSegment(JPEG_MARKER.comment, '', piece));
}

function photoshopSegments({ iptc, photoshop }: ImageMetadata): Uint8Array[] {
  const resources = joinBytes([
    ...(iptc === undefined ? [] : [wrapIptc(iptc)]),
    ...(photoshop ? [photoshop] : []),
  ]);
  return cutBytes(resources, MAX_SEGMENT_DATA_BYTES - JPEG_SIGNATURE.photoshop.length).map((piece) =>
    jpegSegment(JPEG_MARKER.app13, JPEG_SIGNATURE.photoshop, piece),
  );
}
