import { peakOf, type Raster, type Rect, type Size } from '../api/image.ts';
import { emptyTile, type FloatTile } from './floatTile.ts';

/** The part of an image in a tile: its colour, its alpha as a grey image, or colour times alpha. */
export type TileContent = 'colour' | 'alpha' | 'premultiplied';

/** For each of the tile's three planes, the channel of the image that fills it. */
function sourceChannels(raster: Raster, content: TileContent): readonly [number, number, number] {
  const { channels } = raster;
  if (content === 'alpha') return [channels - 1, channels - 1, channels - 1];
  return channels <= 2 ? [0, 0, 0] : [0, 1, 2];
}

/**
 * Cuts a window out of an image and turns it into float planes, 0…1.
 *
 * @param raster Contains at least the window's rows; `window` is relative to it.
 * @param reuse A tile of the window's shape whose memory is filled again.
 */
export function packTile(raster: Raster, window: Rect, content: TileContent, reuse?: FloatTile): FloatTile {
  const tile = reuse ?? emptyTile({ width: window.width, height: window.height });
  const plane = window.width * window.height;
  const [first, ...others] = [0, 1, 2].map((index) => tile.data.subarray(index * plane, (index + 1) * plane));
  const [firstChannel, ...otherChannels] = sourceChannels(raster, content);
  if (first === undefined) throw new TypeError('A tile has three planes.');
  const pack = content === 'premultiplied' ? packPremultiplied : packPlane;
  pack(raster, window, firstChannel, first);
  others.forEach((other, index) => {
    const channel = otherChannels[index] ?? firstChannel;
    if (channel === firstChannel) other.set(first);
    else pack(raster, window, channel, other);
  });
  return tile;
}

/** Samples of 8 bits as floats. */
const BYTE_VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte * (1 / 255));

function packPlane(
  { data, channels, width }: Raster,
  window: Rect,
  channel: number,
  plane: Float32Array,
): void {
  const at = (y: number): number => ((window.y + y) * width + window.x) * channels + channel;
  const rowPx = window.width;
  for (let y = 0; y < window.height; y++) {
    if (data instanceof Uint8Array)
      packBytes(data, at(y), channels, plane.subarray(y * rowPx, (y + 1) * rowPx));
    else packWords(data, at(y), channels, plane.subarray(y * rowPx, (y + 1) * rowPx));
  }
}

// One function for each kind of sample: a loop for both would not be optimised for either.
function packBytes(samples: Uint8Array, start: number, step: number, into: Float32Array): void {
  for (let x = 0, position = start; x < into.length; x++, position += step) {
    into[x] = BYTE_VALUES[samples[position]!]!;
  }
}

function packWords(samples: Uint16Array, start: number, step: number, into: Float32Array): void {
  const unit = 1 / 65535;
  for (let x = 0, position = start; x < into.length; x++, position += step) {
    into[x] = samples[position]! * unit;
  }
}

function packPremultiplied(
  { data, channels, width }: Raster,
  window: Rect,
  channel: number,
  plane: Float32Array,
): void {
  const unit = 1 / peakOf(data);
  let target = 0;
  for (let y = 0; y < window.height; y++) {
    let position = ((window.y + y) * width + window.x) * channels;
    for (let x = 0; x < window.width; x++) {
      plane[target++] = data[position + channel]! * unit * (data[position + channels - 1]! * unit);
      position += channels;
    }
  }
}

/** The one colour of a tile, plane by plane; undefined if it varies. Such a tile needs no inference. */
export function flatColour({ data, width, height }: FloatTile): readonly number[] | undefined {
  const plane = width * height;
  for (let from = 0; from < data.length; from += plane) {
    const first = data[from];
    for (let at = from + 1; at < from + plane; at++) if (data[at] !== first) return undefined;
  }
  return Array.from({ length: data.length / plane }, (_, index) => data[index * plane] ?? 0);
}

/** A tile of one colour. */
export function flatTile(size: Size, colour: readonly number[]): FloatTile {
  const tile = emptyTile(size);
  const plane = size.width * size.height;
  for (const [index, value] of colour.entries()) tile.data.fill(value, index * plane, (index + 1) * plane);
  return tile;
}
