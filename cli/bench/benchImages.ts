import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError } from '../../core/api/errors.ts';
import { bitDepthOf, type Raster, type Size } from '../../core/api/image.ts';
import { encodePixels } from '../../core/image/encode.ts';
import { readRaster } from '../../core/image/readRaster.ts';
import { allocateSamples, rasterStore } from '../../core/image/rowStore.ts';
import { findImages } from '../../core/jobs/findImages.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { mirrored } from '../../core/tiling/kernelTaps.ts';

/** One megapixel in the shape of most photographs. */
const MEGAPIXEL: Size = { width: 1224, height: 816 };

const JPEG_QUALITY = 90;

/** Offset of the first row from image to image, so that no two are the same. */
const SHIFT_PX = 37;

/** An image of any size, tiled with mirrored copies of another one. */
export function layMirrored(source: Raster, size: Size, shiftPx: number): Raster {
  const { channels } = source;
  const laid = allocateSamples(bitDepthOf(source.data), size.width * size.height * channels);
  let target = 0;
  for (let y = 0; y < size.height; y++) {
    const row = mirrored(y + shiftPx, source.height) * source.width;
    for (let x = 0; x < size.width; x++) {
      const start = (row + mirrored(x + shiftPx, source.width)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        laid[target++] = source.data[start + channel] ?? 0;
      }
    }
  }
  return { ...size, channels, data: laid };
}

export function readImage(file: string): Promise<Raster> {
  const { colour, maxInputMegapixels } = DEFAULT_JOB_SETTINGS;
  return readRaster(file, { colour, maxPixels: maxInputMegapixels * 1e6 });
}

/** The images of a folder, sorted by name. */
export async function imagesOf(folder: string): Promise<string[]> {
  const found = await findImages([folder], { recursive: true, include: [], exclude: [] });
  const files = found.pictures.map(({ path: file }) => file);
  if (files.length > 0) return files;
  const message = `There are no images in ${folder}; choose another folder with --pictures.`;
  throw new EnlargerError('input/not-found', message, { folder });
}

async function writeJpeg(raster: Raster, file: string): Promise<void> {
  const options = { format: 'jpeg', quality: JPEG_QUALITY, lossless: false, background: '#ffffff' } as const;
  const encoded = await encodePixels(rasterStore(raster), options, `${file}.part`);
  if (encoded.kind === 'file') throw new TypeError('An image of one megapixel is encoded in memory.');
  await writeFile(file, encoded.bytes, { flag: 'wx' });
}

/**
 * Creates JPEGs from the given images.
 *
 * @returns The new files, in order.
 */
export async function makeImages(
  sources: readonly string[],
  folder: string,
  { count, size = MEGAPIXEL }: { readonly count: number; readonly size?: Size },
): Promise<string[]> {
  const rasters: Raster[] = [];
  for (const source of sources) rasters.push(await readImage(source));
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const source = rasters[index % rasters.length];
    if (source === undefined) throw new TypeError('There are no source images.');
    const file = path.join(folder, `image-${String(index + 1).padStart(2, '0')}.jpg`);
    await writeJpeg(layMirrored(source, size, index * SHIFT_PX), file);
    files.push(file);
  }
  return files;
}
