import { BLOCK_PX } from './blockEdges.ts';
import { median } from '../planes/median.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';

/**
 * Coefficients that survive in most images, by row and column, each with its step at quality 50 (ITU-T T.81, table
 * K.1).
 */
const COEFFICIENTS = [
  { v: 0, u: 1, step: 11 },
  { v: 1, u: 0, step: 12 },
  { v: 1, u: 1, step: 12 },
  { v: 0, u: 2, step: 10 },
  { v: 2, u: 0, step: 14 },
  { v: 1, u: 2, step: 14 },
  { v: 2, u: 1, step: 13 },
  { v: 2, u: 2, step: 16 },
  { v: 0, u: 3, step: 16 },
  { v: 3, u: 0, step: 14 },
] as const;

/** A step of 1 cannot be distinguished from rounding; above 80, hardly any coefficient is left. */
const STEPS = { min: 2, max: 80 };
/** Mean cosine from which coefficients count as multiples of a step; 1 if all are, about 0 if none are. */
const MIN_REGULARITY = 0.5;
/** Fewer coefficients than this can be regular by chance. */
const MIN_COUNT = 30;
/** How many of the coefficients with enough evidence have to show steps. */
const MIN_AGREEING = 3;
const MIN_AGREEING_SHARE = 0.6;

const CLIPPED = { black: 0.5, white: 254.5 };

const BASIS = Array.from({ length: 4 }, (_, frequency) =>
  Float64Array.from(
    { length: BLOCK_PX },
    (_, position) =>
      Math.sqrt((frequency === 0 ? 1 : 2) / BLOCK_PX) *
      Math.cos(((2 * position + 1) * frequency * Math.PI) / (2 * BLOCK_PX)),
  ),
);

/**
 * The quality with which an image was saved as a JPEG, also if it is now stored as something else: the coefficients of
 * its blocks are still near multiples of the quantisation steps. Of an image that was saved several times, the lowest.
 * An image that was resized or cropped afterwards has no such traces.
 *
 * Z. Fan and R. de Queiroz, “Identification of bitmap compression history”, IEEE Transactions on
 * Image Processing 12 (2), 2003.
 *
 * @param luma Full-range luma (JFIF), 0…255; its top left corner is that of a block. Rows are read once, from the top.
 * @returns On libjpeg's scale, 1…100; 100 for an image without traces.
 */
export function jpegQuality(luma: PlaneView): number {
  const found = coefficientsOf(luma);
  const scales: number[] = [];
  let judged = 0;
  for (const [index, { step: usual }] of COEFFICIENTS.entries()) {
    const step = quantisationStep(found[index]!);
    if (step === undefined) continue;
    judged++;
    if (step > 0) scales.push(step / usual);
  }
  if (scales.length < MIN_AGREEING || scales.length < MIN_AGREEING_SHARE * judged) return 100;
  return qualityOf(median(scales));
}

/** The inverse of libjpeg's `jpeg_quality_scaling`. @param scale Of the steps at quality 50. */
function qualityOf(scale: number): number {
  return Math.max(1, Math.min(100, Math.round(scale > 1 ? 50 / scale : 100 - 50 * scale)));
}

function coefficientsOf(luma: PlaneView): readonly number[][] {
  const found: number[][] = COEFFICIENTS.map(() => []);
  const rows = Array.from({ length: BLOCK_PX }, () => new Float64Array(luma.width));
  for (let y = 0; y + BLOCK_PX <= luma.height; y += BLOCK_PX) {
    rows.forEach((row, offset) => luma.readRow(y + offset, row));
    for (let x = 0; x + BLOCK_PX <= luma.width; x += BLOCK_PX) {
      if (!isClipped(rows, x)) addBlock(rows, x, found);
    }
  }
  return found;
}

/** Where decoding exceeded black or white, clipping has moved the coefficients. */
function isClipped(rows: readonly Float64Array[], left: number): boolean {
  return rows.some((row) =>
    row.subarray(left, left + BLOCK_PX).some((sample) => sample < CLIPPED.black || sample > CLIPPED.white),
  );
}

function addBlock(rows: readonly Float64Array[], left: number, found: readonly number[][]): void {
  const across = rows.map((row) =>
    BASIS.map((basis) => basis.reduce((sum, weight, x) => sum + weight * sampleAt(row, left + x), 0)),
  );
  COEFFICIENTS.forEach(({ u, v }, index) => {
    found[index]!.push(BASIS[v]!.reduce((sum, weight, y) => sum + weight * across[y]![u]!, 0));
  });
}

/** The largest step that the values are multiples of: 0 for values of any size, undefined for too few values. */
function quantisationStep(all: readonly number[]): number | undefined {
  // Smaller values are not evidence of any step.
  const values = all.filter((value) => Math.abs(value) >= STEPS.min / 2);
  let enough = false;
  for (let step = STEPS.max; step >= STEPS.min; step--) {
    let sum = 0;
    let count = 0;
    for (const value of values) {
      if (Math.abs(value) < step / 2) continue;
      sum += Math.cos((2 * Math.PI * value) / step);
      count++;
    }
    if (count < MIN_COUNT) continue;
    enough = true;
    if (sum >= MIN_REGULARITY * count) return step;
  }
  return enough ? 0 : undefined;
}
