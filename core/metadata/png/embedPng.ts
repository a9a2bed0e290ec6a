import { deflateSync } from 'node:zlib';
import { joinBytes, latin1Bytes, uintBytes, utf8Text } from '../byteFields.ts';
import { copyRange, ownBytes } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import { densityOfExif } from '../exif/exifDensity.ts';
import { wrapIptc } from '../photoshopResources.ts';
import { isPlaceholderDensity } from '../imageMetadata.ts';
import type { Density, ImageMetadata, PixelAspect } from '../imageMetadata.ts';
import { isColourChunk, pngChunk, pngChunks } from './pngChunks.ts';
import type { PngChunk } from './pngChunks.ts';
import { keywordOf } from './pngText.ts';
import { RAW_PROFILE_KEYWORD, rawProfileChunkData } from './rawProfile.ts';
import { physDensity, XMP_KEYWORD } from './readPng.ts';

const INCHES_PER_METRE = 1 / 0.0254;
const CM_PER_METRE = 100;
const UNIT_UNKNOWN = 0;
const UNIT_METRE = 1;
const COMMENT_KEYWORD = 'Comment';
const TEXT_TYPES = ['tEXt', 'zTXt', 'iTXt'];
const IPTC_PROFILE = 'iptc';

/** Splices metadata into a PNG file right behind IHDR, because a profile must come before PLTE and the pixels. */
export function embedPng(encoded: ByteSource, metadata: ImageMetadata): Segment[] | undefined {
  const head: PngChunk[] = [];
  for (const chunk of pngChunks(encoded)) {
    if (chunk.type === 'IDAT') {
      break;
    }
    head.push(chunk);
  }
  const [ihdr, ...others] = head;
  if (ihdr?.type !== 'IHDR') {
    return undefined;
  }
  const added = metadataChunks(metadata);
  const kept = others.filter((chunk) => !isReplaced(encoded, chunk, added));
  return [
    copyRange(0, ihdr.end),
    ...added.map(({ type, data }) => ownBytes(pngChunk(type, data))),
    ...kept.map((chunk) => copyRange(chunk.start, chunk.end)),
    copyRange(others.at(-1)?.end ?? ihdr.end, encoded.sizeBytes),
  ];
}

interface NewChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function metadataChunks(metadata: ImageMetadata): NewChunk[] {
  const { icc, exif, xmp, iptc, aspect, photoshop } = metadata;
  const density = densityOfExif(exif) ?? metadata.density;
  const chunks: NewChunk[] = [];
  if (icc !== undefined) {
    chunks.push({ type: 'iCCP', data: joinBytes([latin1Bytes('ICC Profile\0\0'), deflateSync(icc)]) });
  }
  if (density !== undefined) chunks.push({ type: 'pHYs', data: physData(density) });
  else if (aspect !== undefined) chunks.push({ type: 'pHYs', data: physAspectData(aspect) });
  if (exif !== undefined) chunks.push({ type: 'eXIf', data: exif });
  if (xmp !== undefined) {
    // Not compressed, no language, no translated keyword: as Adobe XMP part 3, 1.1.5 demands.
    chunks.push({ type: 'iTXt', data: joinBytes([latin1Bytes(`${XMP_KEYWORD}\0\0\0\0\0`), xmp]) });
  }
  const resources = joinBytes([...(iptc ? [wrapIptc(iptc)] : []), ...(photoshop ? [photoshop] : [])]);
  if (resources.length > 0) {
    chunks.push({ type: 'zTXt', data: rawProfileChunkData(IPTC_PROFILE, resources) });
  }
  for (const comment of metadata.comments ?? []) chunks.push(commentChunk(comment));
  const texts = metadata.pngText ?? [];
  return [
    ...chunks,
    ...texts.map((text) => ({ type: String.fromCharCode(...text.subarray(0, 4)), data: text.subarray(4) })),
  ];
}

function isReplaced(encoded: ByteSource, chunk: PngChunk, added: readonly NewChunk[]): boolean {
  const has = (type: string): boolean => added.some((one) => one.type === type);
  // All of them: cICP would even outrank a profile.
  if (isColourChunk(chunk.type)) {
    return has('iCCP');
  }
  if (TEXT_TYPES.includes(chunk.type)) {
    const keyword = keywordOf(encoded.read(chunk.dataStart, Math.min(chunk.dataEnd, chunk.dataStart + 80)));
    const isProfile = keyword === XMP_KEYWORD || keyword.startsWith(RAW_PROFILE_KEYWORD);
    return isProfile && added.some((one) => keywordOf(one.data) === keyword);
  }
  if (chunk.type === 'pHYs') {
    const old = physDensity(encoded.read(chunk.dataStart, chunk.dataEnd));
    return has('pHYs') || (old !== undefined && isPlaceholderDensity(old));
  }
  return chunk.type === 'eXIf' && has('eXIf');
}

/** A comment as a PNG text chunk: in UTF-8 if it is valid, otherwise in Latin-1. */
function commentChunk(comment: Uint8Array): NewChunk {
  const text = comment.filter((byte) => byte !== 0);
  const isAscii = text.every((byte) => byte < 0x80);
  if (isAscii || utf8Text(text) === undefined) {
    return { type: 'tEXt', data: joinBytes([latin1Bytes(`${COMMENT_KEYWORD}\0`), text]) };
  }
  return { type: 'iTXt', data: joinBytes([latin1Bytes(`${COMMENT_KEYWORD}\0\0\0\0\0`), text]) };
}

function physAspectData({ x, y }: PixelAspect): Uint8Array {
  return joinBytes([uintBytes(x, 4, 'big'), uintBytes(y, 4, 'big'), Uint8Array.of(UNIT_UNKNOWN)]);
}

function physData(density: Density): Uint8Array {
  const perMetre = density.unit === 'cm' ? CM_PER_METRE : INCHES_PER_METRE;
  return joinBytes([
    uintBytes(Math.max(1, Math.round(density.x * perMetre)), 4, 'big'),
    uintBytes(Math.max(1, Math.round(density.y * perMetre)), 4, 'big'),
    Uint8Array.of(UNIT_METRE),
  ]);
}
