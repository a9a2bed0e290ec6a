import type { Raster } from '../../api/image.ts';
import { uprightSize } from '../formats/uprightSize.ts';
import type { Frames } from './frames.ts';

const UPRIGHT = 1;

/**
 * Where the pixels of an upright image are in the stored one of `width` × `height` px: the first of them, and the steps to its
 * neighbours on the right and below (Exif 3.0, 4.6.5.1.6).
 */
function stepsOf(
  orientation: number,
  width: number,
  height: number,
): readonly [first: number, right: number, below: number] {
  const last = width * height - 1;
  const lastRow = width * (height - 1);
  const steps: Readonly<Record<number, readonly [number, number, number]>> = {
    2: [width - 1, -1, width],
    3: [last, -1, -width],
    4: [lastRow, 1, -width],
    5: [0, width, 1],
    6: [lastRow, -width, 1],
    7: [last, -width, -1],
    8: [width - 1, width, -1],
  };
  return steps[orientation] ?? [0, 1, width];
}

/** A frame of RGBA in 8 bits, turned. */
function turned(frame: Raster, orientation: number): Raster {
  const { width, height } = uprightSize(frame, orientation);
  const [first, right, below] = stepsOf(orientation, frame.width, frame.height);
  const data = new Uint8Array(frame.data.length);
  for (let y = 0; y < height; y++) {
    let from = first + y * below;
    for (let to = y * width; to < (y + 1) * width; to++, from += right)
      for (let channel = 0; channel < 4; channel++) data[to * 4 + channel] = frame.data[from * 4 + channel]!;
  }
  return { width, height, channels: 4, data };
}

/** Frames as they are shown by the orientation in their file's EXIF, 1…8. */
export function turnFrames(frames: Frames, orientation = UPRIGHT): Frames {
  if (orientation === UPRIGHT) return frames;
  const size = uprightSize(frames, orientation);
  return { ...frames, ...size, frame: (index) => turned(frames.frame(index), orientation) };
}
