import type { Samples } from '../../api/image.ts';

/** Colour that was multiplied by alpha, the last of the channels, becomes straight again, in place. */
export function unmultiply(data: Samples, channels: number): void {
  const peak = data instanceof Uint16Array ? 65535 : 255;
  for (let start = 0; start < data.length; start += channels) {
    const alpha = data[start + channels - 1]!;
    for (let channel = 0; channel < channels - 1; channel++)
      data[start + channel] =
        alpha === 0 ? 0 : Math.min(peak, Math.round((data[start + channel]! * peak) / alpha));
  }
}
