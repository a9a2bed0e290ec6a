import { hasText, joinBytes, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { acceptIccProfile } from '../iccProfile.ts';
import { findPhotoshopResource, IPTC_RESOURCE_ID, keptResources } from '../photoshopResources.ts';
import type { Density, MetadataDraft, PixelAspect, Warn } from '../imageMetadata.ts';
import { joinExtendedXmp } from './joinExtendedXmp.ts';
import { JPEG_MARKER, JPEG_SIGNATURE, readJpegHeader } from './jpegSegments.ts';

/** The application segments' data, by the kinds that their signatures indicate. */
type JpegParts = Readonly<Record<keyof typeof JPEG_SIGNATURE, readonly Uint8Array[]>>;

const PART_MARKERS = {
  jfif: JPEG_MARKER.app0,
  exif: JPEG_MARKER.app1,
  xmp: JPEG_MARKER.app1,
  xmpExtension: JPEG_MARKER.app1,
  icc: JPEG_MARKER.app2,
  photoshop: JPEG_MARKER.app13,
} as const;

/** Reads a JPEG file's metadata (Exif 3.0 4.5.4, Adobe XMP part 3 1.1.3, ICC.1 annex B.4). */
export function readJpeg(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const header = readJpegHeader(bytesSource(bytes));
  if (header === undefined) {
    warn('The file does not start like a JPEG; no metadata was read.');
    return {};
  }
  const partsOf = (kind: keyof typeof JPEG_SIGNATURE): Uint8Array[] =>
    header.segments
      .filter((segment) => segment.marker === PART_MARKERS[kind])
      .map((segment) => bytes.subarray(segment.dataStart, segment.end))
      .filter((data) => hasText(data, JPEG_SIGNATURE[kind]))
      .map((data) => data.subarray(JPEG_SIGNATURE[kind].length));
  const draft = readParts(
    {
      jfif: partsOf('jfif'),
      exif: partsOf('exif'),
      xmp: partsOf('xmp'),
      xmpExtension: partsOf('xmpExtension'),
      icc: partsOf('icc'),
      photoshop: partsOf('photoshop'),
    },
    warn,
  );
  const comments = header.segments
    .filter((segment) => segment.marker === JPEG_MARKER.comment)
    .map((segment) => bytes.subarray(segment.dataStart, segment.end));
  if (comments.length > 0) draft.comments = comments;
  return draft;
}

function readParts(parts: JpegParts, warn: Warn): MetadataDraft {
  const draft: MetadataDraft = {};
  const [exif] = parts.exif;
  const [xmp] = parts.xmp;
  const icc = parts.icc.length > 0 ? joinIccChunks(parts.icc, warn) : undefined;
  const resources = joinBytes(parts.photoshop);
  const iptc = findPhotoshopResource(resources, IPTC_RESOURCE_ID);
  const photoshop = keptResources(resources);
  const aspect = jfifAspect(parts.jfif[0]);
  const density = jfifDensity(parts.jfif[0]);
  if (exif !== undefined) draft.exif = exif;
  if (xmp !== undefined) draft.xmp = joinExtendedXmp(xmp, parts.xmpExtension, warn);
  if (icc !== undefined) draft.icc = icc;
  if (iptc !== undefined) draft.iptc = iptc;
  if (density !== undefined) draft.density = density;
  if (photoshop !== undefined) draft.photoshop = photoshop;
  if (aspect !== undefined) draft.aspect = aspect;
  return draft;
}

function joinIccChunks(chunks: readonly Uint8Array[], warn: Warn): Uint8Array | undefined {
  const total = chunks[0]?.[1] ?? 0;
  const inOrder = Array.from({ length: total }, (_, index) => chunks.find((chunk) => chunk[0] === index + 1));
  const whole = inOrder.filter((chunk) => chunk !== undefined);
  if (total === 0 || whole.length !== total) {
    warn(`The colour profile has ${whole.length} of ${total} parts and was left out.`);
    return undefined;
  }
  return acceptIccProfile(joinBytes(whole.map((chunk) => chunk.subarray(2))), warn);
}

/** JFIF 1.02: version (2 bytes), unit, x, y. With unit 0, these are only the pixel aspect ratio. */
function jfifDensity(jfif: Uint8Array | undefined): Density | undefined {
  if (jfif === undefined || jfif.length < 7) {
    return undefined;
  }
  const x = readUint(jfif, { offset: 3, sizeBytes: 2, order: 'big' });
  const y = readUint(jfif, { offset: 5, sizeBytes: 2, order: 'big' });
  const unit = jfif[2] === 1 ? 'inch' : 'cm';
  const isKnown = (jfif[2] === 1 || jfif[2] === 2) && x > 0 && y > 0;
  return isKnown ? { x, y, unit } : undefined;
}

/** The pixel aspect ratio, if the unit is 0 and it is not square. */
function jfifAspect(jfif: Uint8Array | undefined): PixelAspect | undefined {
  if (jfif === undefined || jfif.length < 7 || jfif[2] !== 0) {
    return undefined;
  }
  const x = readUint(jfif, { offset: 3, sizeBytes: 2, order: 'big' });
  const y = readUint(jfif, { offset: 5, sizeBytes: 2, order: 'big' });
  return x > 0 && y > 0 && x !== y ? { x, y } : undefined;
}
