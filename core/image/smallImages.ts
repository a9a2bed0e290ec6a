import type { Sharp } from 'sharp';
import { hasAlphaChannel, type Raster, type Rect, type Size } from '../api/image.ts';
import { pixelsOf } from './encode.ts';
import { rasterStore, type RowStore } from './rowStore.ts';
import { sharp } from './sharpLoader.ts';

/** Transparent images are shown on the grey on which they are compared. */
const BACKDROP = '#808080';

/** An image that small views are rendered from, wherever its pixels are. */
export interface ImageView {
  readonly size: Size;
  /** The whole image at another size, 8 bit, grey or RGB, without alpha: bicubic, antialiased if it shrinks. */
  resized(size: Size): Promise<Raster>;
  /** A part of it, brought to a size in the same way. */
  cropped(place: Rect, size: Size): Promise<Raster>;
}

async function toRaster(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3) throw new TypeError(`A preview has ${channels} channels.`);
  return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** An image as people see it: without alpha, in sRGB. */
function shown(pipeline: Sharp, hasAlpha: boolean): Sharp {
  return (hasAlpha ? pipeline.flatten({ background: BACKDROP }) : pipeline).toColourspace('srgb');
}

function shownStore(store: RowStore): Sharp {
  return shown(pixelsOf(store), hasAlphaChannel(store.shape.channels));
}

/** The largest size of a shape whose longer side is at most `sidePx`. */
export function fittedSize({ width, height }: Size, sidePx: number): Size {
  const factor = Math.min(1, sidePx / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

function inSize(pipeline: Sharp, { width, height }: Size): Promise<Raster> {
  return toRaster(pipeline.resize(width, height, { fit: 'fill', kernel: 'cubic' }));
}

async function cutOut(pipeline: Sharp, { x, y, width, height }: Rect, size: Size): Promise<Raster> {
  const cut = await toRaster(pipeline.extract({ left: x, top: y, width, height }));
  if (cut.width === size.width && cut.height === size.height) return cut;
  return inSize(shownStore(rasterStore(cut)), size);
}

/** A view of an image that is in memory or in a scratch file; of a crop only its rows are read. */
export function storeView(store: RowStore): ImageView {
  const { width, height } = store.shape;
  return {
    size: { width, height },
    resized: (size) => inSize(shownStore(store), size),
    cropped: (place, size) => {
      const strip = rasterStore(store.read(place.y, place.height));
      return cutOut(shownStore(strip), { ...place, y: 0 }, size);
    },
  };
}

/** A view of an image that is decoded again every time. */
export function decodedView(size: Size, hasAlpha: boolean, decode: () => Sharp): ImageView {
  return {
    size,
    resized: (wanted) => inSize(shown(decode(), hasAlpha), wanted),
    cropped: (place, wanted) => cutOut(shown(decode(), hasAlpha), place, wanted),
  };
}

/** A small image as bytes of a WebP file. */
export async function encodeSmall(
  { width, height, channels, data }: Raster,
  quality: number,
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).webp({ quality, effort: 4 }).toBuffer();
}

/** An image as bytes of a JPEG file, which every program opens. */
export async function encodeJpeg(
  { width, height, channels, data }: Raster,
  quality: number,
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** Bytes of a WebP file as a `data:` URI. */
export function webpUri(bytes: Buffer): string {
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}
