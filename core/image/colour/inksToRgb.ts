import { peakOf, type Raster, type Samples } from '../../api/image.ts';

/** Cyan, magenta, yellow and black, 0 for no ink, with alpha if there are five channels. */
export interface InkRaster {
  readonly width: number;
  readonly height: number;
  readonly channels: 4 | 5;
  readonly data: Samples;
}

/**
 * CMYK without a profile as browsers show it: black ink and the coloured one each leave their share of the light.
 */
export function inksToRgb({ width, height, channels, data }: InkRaster): Raster {
  const peak = peakOf(data);
  const to = channels === 5 ? 4 : 3;
  const length = width * height * to;
  const made = data instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const light = peak - data[from + 3]!;
    for (let channel = 0; channel < 3; channel++)
      made[pixel * to + channel] = Math.round(((peak - data[from + channel]!) * light) / peak);
    if (to === 4) made[pixel * 4 + 3] = data[from + 4]!;
  }
  return { width, height, channels: to, data: made };
}
