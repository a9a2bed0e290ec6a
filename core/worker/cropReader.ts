import { stat } from 'node:fs/promises';
import type { Raster, Rect, Size } from '../api/picture.ts';
import {
  decodePicture,
  inspectPicture,
  type ColourPolicy,
  type DecodeOptions,
  type PictureFacts,
} from '../image/decode.ts';
import { readMetadata } from '../image/metadata/readMetadata.ts';
import { profileFits } from '../image/profileFits.ts';
import { readInput, type InputFile } from '../image/readInput.ts';
import { bleedColour } from '../tiling/bleedColour.ts';

/** Decoded around what is asked for, so that a crop moved a little needs no decoding. */
const MARGIN_PX = 384;

interface OpenPicture {
  /** The file and how it was decoded. */
  readonly key: string;
  readonly file: InputFile;
  readonly facts: PictureFacts;
  readonly options: DecodeOptions;
  readonly icc: Uint8Array | undefined;
  decoded?: { readonly region: Rect; readonly raster: Raster };
}

export interface CroppedPicture {
  /** Of the whole picture, upright. */
  readonly size: Size;
  /** The profile that describes the pixels; none for sRGB. */
  readonly icc: Uint8Array | undefined;
  /** A copy of part of the picture. */
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

/** Reads crops of pictures; keeps the last picture's file and the surroundings of its last crop. */
export class CropReader {
  #open: OpenPicture | undefined;

  /** @throws EnhancerError `input/…` or `image/…`. */
  async open(path: string, colour: ColourPolicy, maxPixels: number): Promise<CroppedPicture> {
    const stats = await stat(path).catch(() => undefined);
    const key = [path, stats?.size, stats?.mtimeMs, stats?.ino, colour, maxPixels].join('\n');
    const picture =
      this.#open?.key === key ? this.#open : await this.#openFile(path, key, { colour, maxPixels });
    this.#open = picture;
    return { size: picture.facts.size, icc: picture.icc, read: (part) => this.#read(picture, part) };
  }

  async #openFile(path: string, key: string, options: DecodeOptions): Promise<OpenPicture> {
    this.#open = undefined; // both files need not fit in memory together
    const file = await readInput(path);
    const facts = await inspectPicture(file.bytes, file.format, options);
    const { icc } = facts.profileApplies ? readMetadata(file.format, file.bytes).metadata : {};
    const fits = icc !== undefined && profileFits(icc, facts.channels, 'png');
    return { key, file, facts, options, icc: fits ? icc : undefined };
  }

  async #read(picture: OpenPicture, part: Rect): Promise<Raster> {
    const { file, facts, options } = picture;
    if (picture.decoded === undefined || !contains(picture.decoded.region, part)) {
      const region = grown(part, facts.size);
      picture.decoded = { region, raster: await decodePicture(file.bytes, facts, options, region) };
      bleedColour(picture.decoded.raster);
    }
    const { region, raster } = picture.decoded;
    return cut(raster, { ...part, x: part.x - region.x, y: part.y - region.y });
  }
}
