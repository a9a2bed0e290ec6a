import type { Rect } from '../../api/image.ts';
import { checkerboardStrength } from './checkerboard.ts';
import { differencePlane } from '../planes/differencePlane.ts';
import { rowLumaPlane, type ImageRows } from '../planes/imageRows.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { powerSpectrum } from './powerSpectrum.ts';
import { storedPlane } from '../planes/resizedPlane.ts';
import { resizedWindows } from '../planes/resizedWindows.ts';
import { sampleWindows, stackedWindows } from '../planes/sampleWindows.ts';

/**
 * What an enlargement shows beyond the bicubic one, on luma. It measures how much was added, not whether it is true:
 * noise counts as detail here.
 */
export interface AddedDetail {
  /** Mean squared gradient of the output over that of the bicubic enlargement; 1 = no sharper. */
  readonly gradientGain: number;
  /** Share of the output's power (0…1, mean brightness left out) at frequencies that the input could not contain. */
  readonly fineShare: number;
  /** The same of the bicubic enlargement: what ringing and aliasing alone give. */
  readonly bicubicFineShare: number;
  /** Strength of a fixed grid with the period of the enlargement or of 4 px, 0…255. */
  readonly checkerboard: number;
  /** The squares that gained most among those that were examined, in pixels of the output, best first. */
  readonly mostGained: readonly Rect[];
}

/** Side of the squares that are measured. A power of two, for the spectrum. */
const BLOCK_PX = 32;
const MAX_PLACES = 3;
/** Squares side by side in a window, and the number of output pixels that stand for a large image. */
const SQUARES_ACROSS = 4;
const SAMPLE_PX = 2 ** 15;
const SAMPLE_SHARE = 1 / 8;
/** Networks rearrange channels by twos, whatever their factor. */
const COMMON_PERIOD_PX = 4;
/** Spectra cost most: this many squares, evenly spread over the sample, stand for all. */
const MAX_SPECTRA = 16;

/**
 * Compares an output with the bicubic enlargement of its input.
 *
 * @returns Nothing for an output that is smaller than one square of 32 px.
 */
export function addedDetail(input: ImageRows, output: ImageRows): AddedDetail | undefined {
  if (output.width < BLOCK_PX || output.height < BLOCK_PX) return undefined;
  const scale = output.width / input.width;
  const periods = gridPeriods(scale, output.height / input.height);
  const alignPx = Math.max(...periods) * (periods.length > 1 ? COMMON_PERIOD_PX : 1);
  const height = alignPx % 3 === 0 ? 3 * BLOCK_PX : BLOCK_PX;
  const windows = sampleWindows(output, {
    width: SQUARES_ACROSS * BLOCK_PX,
    height,
    alignPx,
    mostPx: Math.min(SAMPLE_PX, output.width * output.height * SAMPLE_SHARE),
  });
  const planes = {
    enlarged: storedPlane(rowLumaPlane(stackedWindows(output, windows))),
    bicubic: resizedWindows(rowLumaPlane(input), output, windows),
  };
  const detail = storedPlane(differencePlane(planes.enlarged, planes.bicubic));
  const blocks = {
    enlarged: [...squares(planes.enlarged)],
    bicubic: [...squares(planes.bicubic)],
  };
  const gained = [...squares(detail)].map((square) => ({ ...square, energy: gradientEnergy(square) }));
  const best = gained.toSorted((a, b) => b.energy - a.energy).slice(0, MAX_PLACES);
  return {
    gradientGain: ratio(sum(blocks.enlarged, gradientEnergy), sum(blocks.bicubic, gradientEnergy)),
    fineShare: fineShare(blocks.enlarged, scale),
    bicubicFineShare: fineShare(blocks.bicubic, scale),
    checkerboard: Math.max(
      ...periods.map((period) => {
        const strength = checkerboardStrength(detail, period);
        // Only a grid as fine as the enlargement cannot come from the input.
        return period === scale ? strength : strength - checkerboardStrength(planes.bicubic, period);
      }),
      0,
    ),
    mostGained: best.map((square) => placeOf(square, windows)),
  };
}

/** Periods in px of the grids that are looked for: a step of 2 px shows as one of 4, too. */
function gridPeriods(scale: number, scaleDown: number): readonly number[] {
  const isWhole = Number.isInteger(scale) && scale === scaleDown;
  const isOther = isWhole && scale > 1 && COMMON_PERIOD_PX % scale !== 0 && scale <= BLOCK_PX;
  return isOther ? [COMMON_PERIOD_PX, scale] : [COMMON_PERIOD_PX];
}

/** Where a square of the stacked windows is in the output. */
function placeOf({ x, y }: Square, windows: readonly Rect[]): Rect {
  const window = windows[Math.floor(y / (windows[0]?.height ?? 1))] ?? { x: 0, y: 0, height: 1 };
  return { x: window.x + x, y: window.y + (y % window.height), width: BLOCK_PX, height: BLOCK_PX };
}

interface Square {
  readonly x: number;
  readonly y: number;
  /** Row-major. */
  readonly samples: Float64Array;
}

/** All whole squares, from the left, then from the top. */
function* squares(plane: PlaneView): Generator<Square> {
  const strip = Array.from({ length: BLOCK_PX }, () => new Float64Array(plane.width));
  for (let y = 0; y + BLOCK_PX <= plane.height; y += BLOCK_PX) {
    strip.forEach((row, offset) => plane.readRow(y + offset, row));
    for (let x = 0; x + BLOCK_PX <= plane.width; x += BLOCK_PX) {
      const samples = new Float64Array(BLOCK_PX * BLOCK_PX);
      strip.forEach((row, offset) => samples.set(row.subarray(x, x + BLOCK_PX), offset * BLOCK_PX));
      yield { x, y, samples };
    }
  }
}

/** Sum of the squared differences of neighbours. */
function gradientEnergy({ samples }: Square): number {
  let energy = 0;
  for (let y = 0; y + 1 < BLOCK_PX; y++) {
    for (let x = 0; x + 1 < BLOCK_PX; x++) {
      const here = sampleAt(samples, y * BLOCK_PX + x);
      const right = sampleAt(samples, y * BLOCK_PX + x + 1) - here;
      const below = sampleAt(samples, (y + 1) * BLOCK_PX + x) - here;
      energy += right * right + below * below;
    }
  }
  return energy;
}

function fineShare(all: readonly Square[], scale: number): number {
  const spectrum = powerSpectrum(BLOCK_PX);
  // The input's Nyquist frequency, ½ cycle per pixel, is 1 / (2 · scale) in the output.
  const nyquist = BLOCK_PX / (2 * scale);
  const frequency = (index: number): number => Math.min(index, BLOCK_PX - index);
  const isFine = Array.from(
    { length: BLOCK_PX * BLOCK_PX },
    (_, index) => Math.max(frequency(index % BLOCK_PX), frequency(Math.floor(index / BLOCK_PX))) > nyquist,
  );
  let fine = 0;
  let power = 0;
  const step = Math.ceil(all.length / MAX_SPECTRA);
  for (let index = 0; index < all.length; index += step) {
    const square = all[index];
    if (square === undefined) break;
    spectrum(square.samples).forEach((value, position) => {
      power += value;
      if (isFine[position] === true) fine += value;
    });
  }
  return power === 0 ? 0 : fine / power;
}

function sum(all: readonly Square[], figure: (square: Square) => number): number {
  return all.reduce((total, square) => total + figure(square), 0);
}

/** 1 for two flat images: nothing was there to gain. */
function ratio(numerator: number, denominator: number): number {
  if (denominator === 0) return numerator === 0 ? 1 : Number.POSITIVE_INFINITY;
  return numerator / denominator;
}
