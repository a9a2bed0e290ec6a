import { hasText, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { bareExif, hasExifHeader } from '../exif/bareExif.ts';
import { acceptIccProfile } from '../iccProfile.ts';
import { JPEG_SIGNATURE } from '../jpeg/jpegSegments.ts';
import { unwrapIptc } from '../photoshopResources.ts';
import type { Density, MetadataDraft, Warn } from '../pictureMetadata.ts';
import { isChunkSound, pngChunks } from './pngChunks.ts';
import type { PngChunk } from './pngChunks.ts';
import { inflate, keywordOf, readPngText } from './pngText.ts';
import { RAW_PROFILE_KEYWORD, readRawProfile } from './rawProfile.ts';

/** Keyword of the iTXt chunk that holds XMP (Adobe XMP part 3, 1.1.5). */
export const XMP_KEYWORD = 'XML:com.adobe.xmp';

const TEXT_TYPES = ['tEXt', 'zTXt', 'iTXt'];
const WANTED_TYPES = ['eXIf', 'iCCP', 'pHYs', ...TEXT_TYPES];
const RAW_PROFILES = ['exif', 'APP1', 'app1', 'iptc', '8bim', 'xmp', 'icc', 'icm'];
const MAX_TEXT_CHUNKS = 4096;
const METRES_PER_INCH = 0.0254;

/** Reads a PNG file's metadata (PNG third edition, 11.3), with the older custom of profiles in text chunks. */
export function readPng(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const draft: MetadataDraft = {};
  const texts: Uint8Array[] = [];
  for (const chunk of pngChunks(bytesSource(bytes))) {
    if (!WANTED_TYPES.includes(chunk.type)) {
      continue;
    }
    if (!isChunkSound(bytes, chunk)) {
      warn(`A PNG chunk of type ${chunk.type} is damaged and was left out.`);
      continue;
    }
    const data = bytes.subarray(chunk.dataStart, chunk.dataEnd);
    if (!TEXT_TYPES.includes(chunk.type)) {
      readChunk(draft, { chunk, data }, warn);
    } else if (!readProfileText(draft, { chunk, data }, warn) && texts.length < MAX_TEXT_CHUNKS) {
      texts.push(bytes.subarray(chunk.dataStart - 4, chunk.dataEnd));
    }
  }
  if (texts.length > 0) draft.pngText = texts;
  return draft;
}

interface ChunkData {
  readonly chunk: PngChunk;
  readonly data: Uint8Array;
}

function readChunk(draft: MetadataDraft, { chunk, data }: ChunkData, warn: Warn): void {
  if (chunk.type === 'eXIf') {
    draft.exif = bareExif(data);
  } else if (chunk.type === 'pHYs') {
    const density = physDensity(data);
    if (density !== undefined) draft.density = density;
  } else {
    const profile = inflate(data.subarray(keywordOf(data).length + 2));
    const icc = acceptIccProfile(profile ?? new Uint8Array(), warn);
    if (icc !== undefined) draft.icc = icc;
  }
}

/** Takes metadata out of a text chunk. @returns false when the chunk is text for people. */
function readProfileText(draft: MetadataDraft, { chunk, data }: ChunkData, warn: Warn): boolean {
  const keyword = keywordOf(data);
  const profileName = keyword.startsWith(RAW_PROFILE_KEYWORD)
    ? keyword.slice(RAW_PROFILE_KEYWORD.length)
    : '';
  const isProfile = RAW_PROFILES.includes(profileName);
  if (keyword !== XMP_KEYWORD && !isProfile) {
    return false;
  }
  const { text } = readPngText(chunk.type, data);
  const content = isProfile && text !== undefined ? readRawProfile(text) : text;
  if (content === undefined) {
    warn(`The PNG text "${keyword}" is damaged and was left out.`);
  } else if (isProfile) {
    takeRawProfile(draft, { name: profileName, content }, warn);
  } else {
    draft.xmp = content;
  }
  return true;
}

/** What a chunk made for the purpose says comes before a raw profile. */
function takeRawProfile(
  draft: MetadataDraft,
  profile: { name: string; content: Uint8Array },
  warn: Warn,
): void {
  const { name, content } = profile;
  const exif = bareExif(content);
  if (name === 'iptc' || name === '8bim') {
    const iptc = unwrapIptc(content);
    if (iptc !== undefined) draft.iptc ??= iptc;
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

/** Pixels per metre, said per inch, because that is how people and other formats count. */
function physDensity(data: Uint8Array): Density | undefined {
  const perInch = (offset: number): number => {
    const value = readUint(data, { offset, sizeBytes: 4, order: 'big' }) * METRES_PER_INCH;
    // 300 per inch are 11811 per metre, which are 299.9994 per inch.
    return Math.abs(value - Math.round(value)) < 0.013 ? Math.round(value) : value;
  };
  const isKnown = data.length === 9 && data[8] === 1;
  const density = { x: perInch(0), y: perInch(4), unit: 'inch' } as const;
  return isKnown && density.x > 0 && density.y > 0 ? density : undefined;
}
