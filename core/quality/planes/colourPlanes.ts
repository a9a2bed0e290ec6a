import type { FloatImage } from '../../api/image.ts';
import { OPAQUE, overBackdrop } from './backdrop.ts';
import { constantPlane, planeView, type PlaneView } from './planeView.ts';

/**
 * The colour of an image: one plane (grey) or three (red, green, blue); alpha is composited on middle grey.
 *
 * @throws RangeError when the image does not have 1…4 channels (our bug, not the user's).
 */
export function colourPlanes(image: FloatImage): readonly PlaneView[] {
  if (image.channels < 1 || image.channels > 4) {
    throw new RangeError(`an image has 1 to 4 channels, not ${image.channels}`);
  }
  const colours = image.channels < 3 ? [0] : [0, 1, 2];
  const planes = colours.map((channel) => channelPlane(image, channel));
  if (!hasAlpha(image)) return planes;
  const alpha = alphaPlane(image);
  return planes.map((plane) => overBackdrop(plane, alpha));
}

/** The alpha of an image, 0 clear … 255 opaque; all opaque when it has none. */
export function alphaPlane(image: FloatImage): PlaneView {
  return hasAlpha(image) ? channelPlane(image, image.channels - 1) : constantPlane(image, OPAQUE);
}

/** Whether the last of the image's channels is alpha. */
export function hasAlpha(image: FloatImage): boolean {
  return image.channels === 2 || image.channels === 4;
}

/** Red, green and blue; for a grey image, its only plane three times. */
export function rgbPlanes(planes: readonly PlaneView[]): readonly [PlaneView, PlaneView, PlaneView] {
  const [red, green, blue] = planes;
  if (red === undefined) throw new RangeError('an image has at least one plane');
  return [red, green ?? red, blue ?? red];
}

function channelPlane(image: FloatImage, channel: number): PlaneView {
  return planeView(image, image.data, channel * image.width * image.height);
}
