import type { Size } from '../../api/image.ts';
import { halvePlane } from '../planes/halvePlane.ts';
import { rowColourPlanes, rowLumaPlane, type ImageRows } from '../planes/imageRows.ts';
import { sampleAt } from '../planes/planeView.ts';
import { storedPlane } from '../planes/resizedPlane.ts';
import { sampleWindows, stackedWindows } from '../planes/sampleWindows.ts';
import { BLOCK_PX, blockEdges } from './blockEdges.ts';
import { jpegQuality } from './jpegQuality.ts';
import { localNoise } from './localNoise.ts';

/** The condition and the kind of an image, which decide on its network. */
export interface ImageCondition {
  /** Standard deviation of the noise in its smoothest parts, 0…255; see `localNoise`. */
  readonly noise: number;
  /** How even the noise is across the image, 0…1. */
  readonly noiseEvenness: number;
  /**
   * That figure over the one of the image at half its size. White noise shrinks by half (2), sharpened noise by more;
   * texture stays (1 and less).
   */
  readonly noiseRatio: number;
  /** Above 1 if the edges of JPEG blocks show; see `blockEdges`. */
  readonly blockEdges: number;
  /** The lowest with which it was saved as a JPEG, 1…100; 100 without traces of that. See `jpegQuality`. */
  readonly jpegQuality: number;
  /** Share of neighbouring pixels, 0…1, that are exactly alike. */
  readonly flatShare: number;
  /** Colours that make up nine tenths of the image, of 32,768. */
  readonly colours: number;
}

/** Pixels that stand for a large image. */
const SAMPLE_PX = 2 ** 17;
const WINDOW = { width: 512, height: 64 };
/** Below this, the half-size image counts as free of noise: the ratio would only reflect rounding errors. */
const MIN_NOISE = 0.5;
const COLOUR_SHARE = 0.9;

/** Measures an image, or, of a large one, windows that are spread over it. */
export function imageCondition(image: ImageRows): ImageCondition {
  const windows = sampleWindows(image, { ...WINDOW, alignPx: BLOCK_PX, mostPx: SAMPLE_PX });
  const sample = stackedWindows(image, windows);
  const windowPx = windows[0]?.height ?? image.height;
  const luma = storedPlane(rowLumaPlane(sample));
  const { floor: noise, evenness: noiseEvenness } = localNoise(luma);
  return {
    noise,
    noiseEvenness,
    noiseRatio: noise / Math.max(MIN_NOISE, localNoise(halvePlane(luma)).floor),
    blockEdges: blockEdges(luma, windowPx),
    jpegQuality: jpegQuality(luma),
    ...flatness(sample),
  };
}

function flatness(image: ImageRows & Size): Pick<ImageCondition, 'flatShare' | 'colours'> {
  const planes = rowColourPlanes(image);
  const rows = planes.map(() => new Float64Array(image.width));
  const counts = new Map<number, number>();
  let alike = 0;
  let pixels = 0;
  for (let y = 0; y < image.height; y++) {
    planes.forEach((plane, index) => plane.readRow(y, rows[index]!));
    for (let x = 1; x < image.width; x++) {
      pixels++;
      if (rows.every((row) => row[x] === row[x - 1])) alike++;
      const colour = rows.reduce((sum, row) => sum * 32 + Math.floor(sampleAt(row, x) / 8), 0);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  return { flatShare: pixels === 0 ? 1 : alike / pixels, colours: coloursFor(COLOUR_SHARE * pixels, counts) };
}

/** The number of the most common colours that together cover this many pixels. */
function coloursFor(pixels: number, counts: ReadonlyMap<number, number>): number {
  let reached = 0;
  let colours = 0;
  for (const count of [...counts.values()].sort((a, b) => b - a)) {
    if (reached >= pixels) break;
    reached += count;
    colours++;
  }
  return colours;
}
