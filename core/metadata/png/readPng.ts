import { hasText, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { bareExif, hasExifHeader } from '../exif/bareExif.ts';
import { acceptIccProfile } from '../iccProfile.ts';
import { JPEG_SIGNATURE } from '../jpeg/jpegSegments.ts';
import { keptResources, unwrapIptc } from '../photoshopResources.ts';
import type { Density, MetadataDraft, PixelAspect, Warn } from '../imageMetadata.ts';
import { isChunkSound, pngChunks } from './pngChunks.ts';
import type { PngChunk } from './pngChunks.ts';
import { inflate, keywordOf, readPngText } from './pngText.ts';
import { RAW_PROFILE_KEYWORD, readRawProfile } from './rawProfile.ts';

/** Keyword of the iTXt chunk that contains XMP (Adobe XMP part 3, 1.1.5). */
export const XMP_KEYWORD = 'XML:com.adobe.xmp';

const TEXT_TYPES = ['tEXt', 'zTXt', 'iTXt'];
const WANTED_TYPES = ['eXIf', 'iCCP', 'pHYs', ...TEXT_TYPES];
const RAW_PROFILES = ['exif', 'APP1', 'app1', 'iptc', '8bim', 'xmp', 'icc', 'icm'];
const MAX_TEXT_CHUNKS = 4096;
/** Valid files have one chunk of each kind; a hostile one may have thousands that are slow to inflate. */
const MAX_PROFILE_CHUNKS = 32;
const METRES_PER_INCH = 0.0254;

/** Reads a PNG file's metadata (PNG third edition, 11.3), with the older custom of profiles in text chunks. */
export function readPng(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const draft: MetadataDraft = {};
  const texts: Uint8Array[] = [];
  let profilesLeft = MAX_PROFILE_CHUNKS;
  for (const chunk of pngChunks(bytesSource(bytes))) {
    if (!WANTED_TYPES.includes(chunk.type)) {
      continue;
    }
    if (!isChunkSound(bytes, chunk)) {
      warn(`A PNG chunk of type ${chunk.type} is damaged and was left out.`);
      continue;
    }
    const data = bytes.subarray(chunk.dataStart, chunk.dataEnd);
    if (!isProfileChunk({ chunk, data })) {
      texts.push(bytes.subarray(chunk.dataStart - 4, chunk.dataEnd));
    } else if (profilesLeft > 0) {
      profilesLeft -= 1;
      readProfileChunk(draft, { chunk, data }, warn);
    }
  }
  if (texts.length > 0) draft.pngText = texts.slice(0, MAX_TEXT_CHUNKS);
  return draft;
}

interface ChunkData {
  readonly chunk: PngChunk;
  readonly data: Uint8Array;
}

/** Whether a chunk contains metadata for programs, and not text for people. */
function isProfileChunk({ chunk, data }: ChunkData): boolean {
  const keyword = keywordOf(data);
  return !TEXT_TYPES.includes(chunk.type) || keyword === XMP_KEYWORD || rawProfileName(keyword) !== undefined;
}

function readProfileChunk(draft: MetadataDraft, { chunk, data }: ChunkData, warn: Warn): void {
  if (chunk.type === 'eXIf') {
    draft.exif = bareExif(data);
  } else if (chunk.type === 'pHYs') {
    const density = physDensity(data);
    const aspect = physAspect(data);
    if (density !== undefined) draft.density = density;
    if (aspect !== undefined) draft.aspect = aspect;
  } else if (chunk.type === 'iCCP') {
    const profile = inflate(data.subarray(keywordOf(data).length + 2));
    const icc = acceptIccProfile(profile ?? new Uint8Array(), warn);
    if (icc !== undefined) draft.icc = icc;
  } else {
    readProfileText(draft, { chunk, data }, warn);
  }
}

function readProfileText(draft: MetadataDraft, { chunk, data }: ChunkData, warn: Warn): void {
  const { keyword, text } = readPngText(chunk.type, data);
  const name = rawProfileName(keyword);
  const content = name !== undefined && text !== undefined ? readRawProfile(text) : text;
  if (content === undefined) {
    warn(`The PNG text "${keyword}" is damaged and was left out.`);
  } else if (name === undefined) {
    draft.xmp = content;
  } else {
    takeRawProfile(draft, { name, content }, warn);
  }
}

function rawProfileName(keyword: string): string | undefined {
  const name = keyword.slice(RAW_PROFILE_KEYWORD.length);
  return keyword.startsWith(RAW_PROFILE_KEYWORD) && RAW_PROFILES.includes(name) ? name : undefined;
}

/** A dedicated chunk has precedence over a raw profile. */
function takeRawProfile(
  draft: MetadataDraft,
  profile: { name: string; content: Uint8Array },
  warn: Warn,
): void {
  const { name, content } = profile;
  const exif = bareExif(content);
  if (name === 'iptc' || name === '8bim') {
    const iptc = unwrapIptc(content);
    const photoshop = keptResources(content);
    if (iptc !== undefined) draft.iptc ??= iptc;
    if (photoshop !== undefined) draft.photoshop ??= photoshop;
  } else if (name === 'icc' || name === 'icm') {
    const icc = acceptIccProfile(content, warn);
    if (icc !== undefined) draft.icc ??= icc;
  } else if (hasExifHeader(exif)) {
    draft.exif ??= exif;
  } else if (name === 'xmp') {
    draft.xmp ??= content;
  } else if (hasText(content, JPEG_SIGNATURE.xmp)) {
    draft.xmp ??= content.subarray(JPEG_SIGNATURE.xmp.length);
  } else {
    warn(`The PNG text "${RAW_PROFILE_KEYWORD}${name}" was not understood.`);
  }
}

/** Pixels per metre as pixels per inch, the unit of people and of other formats; undefined if one of them is 0. */
export function densityPerMetre(x: number, y: number): Density | undefined {
  const perInch = (perMetre: number): number => {
    const value = perMetre * METRES_PER_INCH;
    // 300 per inch are 11811 per metre, which are 299.9994 per inch.
    return Math.abs(value - Math.round(value)) < 0.013 ? Math.round(value) : value;
  };
  return x > 0 && y > 0 ? { x: perInch(x), y: perInch(y), unit: 'inch' } : undefined;
}

/** The resolution in a pHYs chunk, per inch; undefined if it is unknown. */
export function physDensity(data: Uint8Array): Density | undefined {
  const perMetre = (offset: number): number => readUint(data, { offset, sizeBytes: 4, order: 'big' });
  const isKnown = data.length === 9 && data[8] === 1;
  return isKnown ? densityPerMetre(perMetre(0), perMetre(4)) : undefined;
}

/** The pixel aspect ratio, if a pHYs chunk has no unit and it is not square. */
function physAspect(data: Uint8Array): PixelAspect | undefined {
  const x = readUint(data, { offset: 0, sizeBytes: 4, order: 'big' });
  const y = readUint(data, { offset: 4, sizeBytes: 4, order: 'big' });
  return data.length === 9 && data[8] === 0 && x > 0 && y > 0 && x !== y ? { x, y } : undefined;
}
