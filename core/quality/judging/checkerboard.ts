import { sampleAt, type PlaneView } from '../planes/planeView.ts';

/** A pattern is hardly ever stronger than this, but edges are. */
const MAX_DETAIL = 12;

/**
 * How strongly an image repeats a fixed pattern with the period of the enlargement: networks that enlarge by
 * rearranging channels can leave such a grid (Odena, Dumoulin, Olah: "Deconvolution and checkerboard artifacts",
 * Distill 2016). The pattern is the mean of all blocks of `periodPx` × `periodPx`; content cancels out in it. Strong detail
 * is capped, because the lines of a table may all start at a corner of a block.
 *
 * @param detail What the enlargement added (output − bicubic), of at least one block. Starts on a block's corner.
 * @returns Standard deviation of the pattern, 0…255; a faithful enlargement has none.
 */
export function checkerboardStrength(detail: PlaneView, periodPx: number): number {
  const sums = new Float64Array(periodPx * periodPx);
  const width = detail.width - (detail.width % periodPx);
  const height = detail.height - (detail.height % periodPx);
  const row = new Float64Array(detail.width);
  for (let y = 0; y < height; y++) {
    detail.readRow(y, row);
    const firstPhase = (y % periodPx) * periodPx;
    for (let x = 0; x < width; x++) {
      const phase = firstPhase + (x % periodPx);
      const sample = Math.min(MAX_DETAIL, Math.max(-MAX_DETAIL, sampleAt(row, x)));
      sums[phase] = sampleAt(sums, phase) + sample;
    }
  }
  const perPhase = (width * height) / sums.length;
  const pattern = sums.map((sum) => sum / perPhase);
  const mean = pattern.reduce((total, value) => total + value, 0) / pattern.length;
  return Math.sqrt(pattern.reduce((total, value) => total + (value - mean) ** 2, 0) / pattern.length);
}
