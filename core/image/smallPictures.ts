import type { Sharp } from 'sharp';
import { hasAlphaChannel, type Raster, type Rect, type Size } from '../api/picture.ts';
import { pixelsOf } from './encode.ts';
import { rasterStore, type RowStore } from './rowStore.ts';
import { sharp } from './sharpLoader.ts';

/** Transparent pictures are shown on the grey on which they are compared. */
const BACKDROP = '#808080';

async function toRaster(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3) throw new TypeError(`A preview has ${channels} channels.`);
  return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function shown(store: RowStore): Sharp {
  const { channels } = store.shape;
  const pipeline = pixelsOf(store);
  const opaque = hasAlphaChannel(channels) ? pipeline.flatten({ background: BACKDROP }) : pipeline;
  return opaque.toColourspace('srgb');
}

/** The largest size of a shape whose longer side is at most `sidePx`. */
export function fittedSize({ width, height }: Size, sidePx: number): Size {
  const factor = Math.min(1, sidePx / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** A picture in another size, 8 bit, grey or RGB, without alpha: bicubic, antialiased where it shrinks. */
export async function resizedRaster(store: RowStore, size: Size): Promise<Raster> {
  return toRaster(shown(store).resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' }));
}

/** A part of a picture, brought to a size; only its rows are read. */
export async function croppedRaster(store: RowStore, place: Rect, size: Size): Promise<Raster> {
  const strip = rasterStore(store.read(place.y, place.height));
  const region = { left: place.x, top: 0, width: place.width, height: place.height };
  const cut = await toRaster(shown(strip).extract(region));
  if (cut.width === size.width && cut.height === size.height) return cut;
  return resizedRaster(rasterStore(cut), size);
}

/** A small picture as bytes of a WebP file. */
export async function encodeSmall(
  { width, height, channels, data }: Raster,
  quality: number,
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).webp({ quality, effort: 4 }).toBuffer();
}

/** Bytes of a WebP file as a `data:` URI. */
export function webpUri(bytes: Buffer): string {
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}
