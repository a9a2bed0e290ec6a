import type { Size } from '../../api/image.ts';
import { rowsHaveAlpha, type ImageRows, type SampleRows } from './imageRows.ts';
import { sampleAt } from './planeView.ts';
import { windowReducer, type ReductionOptions } from './reducedWindows.ts';

const NO_ROW: SampleRows = new Float32Array(0);
/** Rows that stay available: measures also read the rows above and below a row. */
const ROWS_KEPT = 8;
const PEAK = 255;

/**
 * An image at a smaller size (see `windowReducer`). Rows are computed when they are read, so that memory does not grow with
 * the image.
 *
 * @returns The image itself when it has the size already.
 */
export function reducedRows(image: ImageRows, size: Size, options?: ReductionOptions): ImageRows {
  if (image.width === size.width && image.height === size.height) return image;
  const { width, height } = size;
  const { channels } = image;
  const reduce = windowReducer(image, size, options);
  const slots = Array.from({ length: ROWS_KEPT }, () => ({ y: -1, row: NO_ROW }));
  const planeRow = new Float64Array(width);
  const makeRow = (y: number): Float32Array => {
    const { colour, alpha } = reduce([{ x: 0, y, width, height: 1 }]);
    const row = new Float32Array(width * channels);
    [...colour, ...(alpha === undefined ? [] : [alpha])].forEach((plane, channel) => {
      plane.readRow(0, planeRow);
      for (let x = 0; x < width; x++) row[x * channels + channel] = sampleAt(planeRow, x);
    });
    if (rowsHaveAlpha(image)) takeOffBackdrop(row, channels);
    return row;
  };
  return {
    ...{ width, height, channels, peak: PEAK },
    readRow: (y) => {
      const slot = slots[y % ROWS_KEPT]!;
      if (slot.y !== y) {
        slot.row = makeRow(y);
        slot.y = y;
      }
      return slot.row;
    },
  };
}

/** Colour was reduced as seen on middle grey; the reader of the row puts it on grey again. */
function takeOffBackdrop(row: Float32Array, channels: number): void {
  const grey = PEAK / 2;
  for (let index = 0; index < row.length; index += channels) {
    const opacity = row[index + channels - 1]! / PEAK;
    for (let channel = 0; channel + 1 < channels; channel++) {
      const seen = row[index + channel]! - grey;
      row[index + channel] = opacity > 0 ? grey + seen / opacity : grey;
    }
  }
}
