import { hasAlphaChannel, peakOf, type Raster, type Rect } from '../api/image.ts';
import { emptyTile, type FloatTile } from './floatTile.ts';

/** What of an image a tile carries: its colour, its alpha as a grey image, or colour times alpha. */
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
 * @param raster Holds at least the window's rows; `window` is relative to it.
 * @param reuse A tile of the window's shape whose memory is filled again.
 */
export function packTile(raster: Raster, window: Rect, content: TileContent, reuse?: FloatTile): FloatTile {
  const tile = reuse ?? emptyTile({ width: window.width, height: window.height });
  const { data: source, channels, width } = raster;
  const unit = 1 / peakOf(source);
  const plane = window.width * window.height;
  sourceChannels(raster, content).forEach((channel, index) => {
    if (index > 0 && (content === 'alpha' || channels <= 2)) {
      tile.data.copyWithin(index * plane, 0, plane);
      return;
    }
    let target = index * plane;
    if (content === 'premultiplied') {
      packPremultiplied(raster, window, channel, tile.data.subarray(target, target + plane));
      return;
    }
    for (let y = 0; y < window.height; y++) {
      let position = ((window.y + y) * width + window.x) * channels + channel;
      for (let x = 0; x < window.width; x++) {
        tile.data[target++] = source[position]! * unit;
        position += channels;
      }
    }
  });
  return tile;
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

/** The one alpha value of a window, or undefined where alpha varies: most windows need no inference for it. */
export function constantAlpha(raster: Raster, window: Rect): number | undefined {
  const { data, channels, width } = raster;
  if (!hasAlphaChannel(channels)) return undefined;
  const first = data[(window.y * width + window.x) * channels + channels - 1];
  for (let y = 0; y < window.height; y++) {
    const start = ((window.y + y) * width + window.x) * channels + channels - 1;
    for (let x = 0; x < window.width; x++) {
      if (data[start + x * channels] !== first) return undefined;
    }
  }
  return first;
}
