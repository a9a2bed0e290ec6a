import { stat } from 'node:fs/promises';
import type { Raster, Rect, Size } from '../../api/image.ts';
import {
  decodeImage,
  inspectImage,
  type ColourPolicy,
  type DecodeOptions,
  type ImageFacts,
} from '../../image/decode.ts';
import { profileFits } from '../../image/profileFits.ts';
import { readInput } from '../../image/readInput.ts';
import { bleedColour } from '../../tiling/bleedColour.ts';

/** This much more is decoded around a crop, so that moving it a little needs no decoding. */
const MARGIN_PX = 384;

interface OpenImage {
  /** The file and how it was decoded. */
  readonly key: string;
  readonly facts: ImageFacts;
  readonly options: DecodeOptions;
  readonly icc: Uint8Array | undefined;
  decoded?: { readonly region: Rect; readonly raster: Raster };
}

export interface CroppedImage {
  /** Of the whole image, upright. */
  readonly size: Size;
  /** The profile that describes the pixels; none for sRGB. */
  readonly icc: Uint8Array | undefined;
  /** A copy of part of the image. */
  readonly read: (part: Rect) => Promise<Raster>;
}

function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function grown({ x, y, width, height }: Rect, limits: Size): Rect {
  const left = Math.max(0, x - MARGIN_PX);
  const top = Math.max(0, y - MARGIN_PX);
  return {
    x: left,
    y: top,
    width: Math.min(limits.width, x + width + MARGIN_PX) - left,
    height: Math.min(limits.height, y + height + MARGIN_PX) - top,
  };
}

function cut({ data, width, channels }: Raster, part: Rect): Raster {
  const rowLength = part.width * channels;
  const cutData = data.slice(0, rowLength * part.height);
  for (let y = 0; y < part.height; y++) {
    const start = ((part.y + y) * width + part.x) * channels;
    cutData.set(data.subarray(start, start + rowLength), y * rowLength);
  }
  return { width: part.width, height: part.height, channels, data: cutData };
}

/** Reads crops of images; keeps the last image's file and the surroundings of its last crop. */
export class CropReader {
  #open: OpenImage | undefined;

  /** @throws EnlargerError `input/…` or `image/…`. */
  async open(path: string, colour: ColourPolicy, maxPixels: number): Promise<CroppedImage> {
    const stats = await stat(path).catch(() => undefined);
    const key = [path, stats?.size, stats?.mtimeMs, stats?.ino, colour, maxPixels].join('\n');
    const image =
      this.#open?.key === key ? this.#open : await this.#openFile(path, key, { colour, maxPixels });
    this.#open = image;
    return { size: image.facts.size, icc: image.icc, read: (part) => this.#read(image, part) };
  }

  async #openFile(path: string, key: string, options: DecodeOptions): Promise<OpenImage> {
    this.#open = undefined; // so that both files need not fit in memory together
    const file = await readInput(path);
    const facts = await inspectImage(file.bytes, file.format, options);
    const { icc } = facts;
    const fits = icc !== undefined && profileFits(icc, facts.channels, 'png');
    return { key, facts, options, icc: fits ? icc : undefined };
  }

  async #read(image: OpenImage, part: Rect): Promise<Raster> {
    const { facts, options } = image;
    if (image.decoded === undefined || !contains(image.decoded.region, part)) {
      const region = grown(part, facts.size);
      image.decoded = { region, raster: await decodeImage(facts, options, region) };
      bleedColour(image.decoded.raster);
    }
    const { region, raster } = image.decoded;
    return cut(raster, { ...part, x: part.x - region.x, y: part.y - region.y });
  }
}
