import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { isColourChunk, pngChunks, type ColourChunk } from '../../../metadata/png/pngChunks.ts';
import { describeCodePoints, type DescribedColour } from '../../colour/codePoints.ts';
import {
  arePossible,
  BT709,
  type Chromaticity,
  type Primaries,
  type ToneCurve,
} from '../../colour/colourSpace.ts';

/** Stored as 100,000 times the value. */
const UNIT = 100_000;

/** The gamma of sRGB as PNG rounds it: files mean sRGB's curve by it, and viewers show them so. */
const SRGB_GAMMA = 45_455;

/** The data of the first chunk of each kind before the pixels. */
function colourChunks(source: ByteSource): Map<ColourChunk, Uint8Array> {
  const found = new Map<ColourChunk, Uint8Array>();
  for (const { type, dataStart, dataEnd } of pngChunks(source)) {
    if (type === 'IDAT' || type === 'PLTE') break;
    if (isColourChunk(type) && !found.has(type))
      found.set(type, source.read(dataStart, Math.min(dataEnd, dataStart + 64)));
  }
  return found;
}

function big(bytes: Uint8Array, index: number): number {
  return readUint(bytes, { offset: index * 4, sizeBytes: 4, order: 'big' });
}

function readPrimaries(chunk: Uint8Array | undefined): Primaries {
  if (chunk?.length !== 32) return BT709;
  const point = (index: number): Chromaticity => ({
    x: big(chunk, index * 2) / UNIT,
    y: big(chunk, index * 2 + 1) / UNIT,
  });
  const primaries = { white: point(0), red: point(1), green: point(2), blue: point(3) };
  return arePossible(primaries) ? primaries : BT709;
}

function readCurve(chunk: Uint8Array | undefined): ToneCurve {
  const stored = chunk?.length === 4 ? big(chunk, 0) : 0;
  if (stored < 1000 || stored > 10 * UNIT || Math.abs(stored - SRGB_GAMMA) <= 100) return { kind: 'srgb' };
  return { kind: 'power', gamma: UNIT / stored };
}

/**
 * The colour that a PNG's chunks describe, by the precedence of the specification; undefined when that is a profile, which
 * is read elsewhere, or nothing.
 */
export function pngColour(source: ByteSource): DescribedColour | undefined {
  const chunks = colourChunks(source);
  const codePoints = chunks.get('cICP');
  if (codePoints?.length === 4) {
    const [primaries = 2, transfer = 2, , range] = codePoints;
    return describeCodePoints({ primaries, transfer, isFullRange: range !== 0 });
  }
  if (chunks.has('iCCP') || chunks.has('sRGB')) return undefined;
  if (!chunks.has('gAMA') && !chunks.has('cHRM')) return undefined;
  const space = { primaries: readPrimaries(chunks.get('cHRM')), curve: readCurve(chunks.get('gAMA')) };
  return { kind: 'standard', space };
}
