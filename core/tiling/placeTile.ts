import { peakOf, type Raster } from '../api/image.ts';
import type { FloatTile } from './floatTile.ts';
import type { TileContent } from './packTile.ts';
import type { TileSpan } from './planTiles.ts';
import { writeColour, writesColour } from './wasm/rowKernels.ts';

/** The part of an image that is written. */
export type PlacedContent = Exclude<TileContent, 'premultiplied'>;

/** Where an enlarged tile is written along one axis, and how it fades in over its neighbour. */
interface PlacedAxis {
  /** First and last written sample, in output pixels of the whole image. */
  readonly from: number;
  readonly to: number;
  /** Position in the tile of `from`. */
  readonly tileOffset: number;
  /** The tile's weight rises from 0 to 1 over this many samples after `from`. */
  readonly fadePx: number;
}

function placeAxis(span: TileSpan, scale: number, blendPx: number, lengthPx: number): PlacedAxis {
  const before = span.keepStart === 0 ? 0 : Math.floor(blendPx / 2);
  const after = span.keepEnd === lengthPx ? 0 : blendPx - Math.floor(blendPx / 2);
  return {
    from: (span.keepStart - before) * scale,
    to: (span.keepEnd + after) * scale,
    tileOffset: (span.keepStart - before - span.start) * scale,
    fadePx: span.keepStart === 0 ? 0 : blendPx * scale,
  };
}

/** Rows of the output that a row of tiles writes, fades included. */
export function writtenRows(
  row: TileSpan,
  scale: number,
  blendPx: number,
  heightPx: number,
): { top: number; count: number } {
  const { from, to } = placeAxis(row, scale, blendPx, heightPx);
  return { top: from, count: to - from };
}

function fadeWeight(position: number, axis: PlacedAxis): number {
  return position - axis.from >= axis.fadePx ? 1 : (position - axis.from + 0.5) / axis.fadePx;
}

export interface TilePlacement {
  readonly column: TileSpan;
  readonly row: TileSpan;
  readonly scale: number;
  readonly blendPx: number;
  /** The image before enlargement. */
  readonly from: { readonly width: number; readonly height: number };
  readonly content: PlacedContent;
  /** Output row at which `strip` begins. */
  readonly stripTop: number;
}

/** Planes of a tile that fill a channel: grey is the mean of all three, which the network keeps nearly equal. */
function planesFor(channel: number, strip: Raster, content: PlacedContent): readonly number[] {
  if (content === 'alpha' || strip.channels <= 2) return [0, 1, 2];
  return [channel];
}

function channelsFor(strip: Raster, content: PlacedContent): readonly number[] {
  if (content === 'alpha') return [strip.channels - 1];
  return strip.channels <= 2 ? [0] : [0, 1, 2];
}

/**
 * Writes the kept part of an enlarged tile into a strip of the output, rounded and clamped. Tiles must be placed in
 * reading order: each fades in over the border of those placed before.
 */
export function placeTile(tile: FloatTile, strip: Raster, placement: TilePlacement): void {
  const { scale, blendPx, from, content } = placement;
  const across = placeAxis(placement.column, scale, blendPx, from.width);
  const down = placeAxis(placement.row, scale, blendPx, from.height);
  const width = across.to - across.from;
  const isPlain = content === 'colour' && writesColour(strip);
  const planes = { data: tile.data, planeLength: tile.width * tile.height };
  for (let y = down.from; y < down.to; y++) {
    const weight = fadeWeight(y, down);
    const source = (down.tileOffset + y - down.from) * tile.width + across.tileOffset;
    const target = ((y - placement.stripTop) * strip.width + across.from) * strip.channels;
    // Samples that replace all previous content need no blending: in most rows these are all samples.
    const blended = isPlain && weight === 1 ? Math.min(across.fadePx, width) : width;
    if (blended > 0) blendRow({ tile, content, source, strip, target, across, weight, count: blended });
    const plain = { source: source + blended, target: target + blended * strip.channels };
    if (blended < width) writeColour(planes, strip, { ...plain, count: width - blended });
  }
}

interface BlendedRow {
  readonly tile: FloatTile;
  readonly content: PlacedContent;
  readonly source: number;
  readonly strip: Raster;
  readonly target: number;
  readonly across: PlacedAxis;
  /** Weight of the whole row against its previous content. */
  readonly weight: number;
  /** Pixels from the start of the row. */
  readonly count: number;
}

/** The general case: alpha, grey, and rows that fade in over what a neighbour wrote. */
function blendRow({ tile, content, source, strip, target, across, weight, count }: BlendedRow): void {
  const { data, channels } = strip;
  const plane = tile.width * tile.height;
  const peak = peakOf(data);
  for (const channel of channelsFor(strip, content)) {
    const planes = planesFor(channel, strip, content);
    for (let x = 0; x < count; x++) {
      let sum = 0;
      for (const index of planes) sum += tile.data[index * plane + source + x]!;
      const fresh = Math.min(Math.max(sum / planes.length, 0), 1) * peak;
      const share = weight * fadeWeight(across.from + x, across);
      const position = target + x * channels + channel;
      data[position] = share * fresh + (1 - share) * data[position]! + 0.5;
    }
  }
}
