import type { FloatImage, Size } from '../api/picture.ts';
import { channelOrderErrors, type ChannelOrder } from './channelOrder.ts';
import { colourDifference, type ColourDifference } from './colourDifference.ts';
import { colourPlanes, rgbPlanes } from './colourPlanes.ts';
import { luma } from './luma.ts';
import { orientationErrors, type Explanation, type Orientation } from './orientation.ts';
import { pixelErrors } from './pixelErrors.ts';
import { mapPlane, type PlaneView } from './planeView.ts';
import { psnr } from './psnr.ts';
import { resizedPlane, storedPlane } from './resizedPlane.ts';
import { seamSteps, type SeamStep, type TileBorders } from './seamSteps.ts';
import { selectedRows, spreadRows } from './spreadRows.ts';
import { ssim } from './ssim.ts';
import { tileDisplacements, type TileDisplacement } from './tileDisplacements.ts';
import { tileErrors, type TileError } from './tileErrors.ts';

/**
 * How well an enlargement explains the picture that it was made from. Reduced again, a faithful one equals it; how
 * much detail it added, and whether that detail is true, does not show here.
 *
 * All rectangles are in pixels of the input.
 */
export interface Consistency {
  /** Over all colour samples; `Infinity` when nothing differs. */
  readonly psnrDb: number;
  readonly rmse: number;
  /** Structural similarity of luma, −1…1, on a sample of the rows when the picture is large. */
  readonly ssim: number;
  /** On the same rows as `ssim`. */
  readonly colourDifference: ColourDifference;
  readonly tiles: readonly TileError[];
  /** In the order of `tiles`, on luma. */
  readonly displacements: readonly TileDisplacement[];
  /** What tile borders show, and what other lines show. Absent when there are no borders. */
  readonly seam?: SeamFinding;
  /** Best explanation first. */
  readonly orientations: readonly Explanation<Orientation>[];
  readonly channelOrders: readonly Explanation<ChannelOrder>[];
}

export interface SeamFinding {
  /** The piece of a border with the largest step; absent when none stands out. */
  readonly worst?: SeamStep;
  /** The largest step on as many lines in the middle of tiles: what this picture shows without any seam. */
  readonly controlStep: number;
}

/** Side of a tile in pixels of the input: small enough to find a lost tile, large enough to average noise out. */
const TILE_PX = 16;
/** A step along a line stands out when it is so many times its median deviation. */
const STEP_PER_SCATTER = 5;
/** Structure and colour difference cost most: on larger pictures, bands of rows stand for the whole. */
const SAMPLE_PX = 2 ** 16;
const BAND_PX = 64;
const THUMBNAIL = { width: 32, height: 32 };

/**
 * Reduces an output to the size of its input (antialiased bicubic, as the training pictures were made, clipped to
 * 0…255 as the input was) and compares the two.
 *
 * Needs memory for one more picture of the input's size.
 *
 * @param borders Where the output's tiles meet, in pixels of the output.
 */
export function consistency(input: FloatImage, output: FloatImage, borders: TileBorders): Consistency {
  const planes = comparablePlanes(input, output);
  const errors = pixelErrors(planes.input, planes.output);
  const rows = spreadRows(input.height, {
    bandPx: BAND_PX,
    maxRows: Math.floor(SAMPLE_PX / input.width),
    alignPx: 1,
  });
  const sample = (all: readonly PlaneView[]): readonly PlaneView[] =>
    all.map((plane) => selectedRows(plane, rows));
  const thumbnails = { input: thumbnail(planes.input), output: thumbnail(planes.output) };
  const seam = seamFinding(planes, scaledBorders(borders, output, input));
  return {
    psnrDb: psnr(errors.mse),
    rmse: errors.rmse,
    ssim: ssim([luma(sample(planes.input))], [luma(sample(planes.output))]).ssim,
    colourDifference: colourDifference(sample(planes.input), sample(planes.output)),
    tiles: tileErrors(planes.input, planes.output, TILE_PX),
    displacements: tileDisplacements(luma(planes.input), luma(planes.output), TILE_PX),
    ...(seam === undefined ? {} : { seam }),
    orientations: orientationErrors(thumbnails.input, thumbnails.output),
    channelOrders: channelOrderErrors(thumbnails.input, thumbnails.output),
  };
}

interface ComparablePlanes {
  readonly input: readonly PlaneView[];
  /** Of the input's size, in memory. */
  readonly output: readonly PlaneView[];
}

function comparablePlanes(input: FloatImage, output: FloatImage): ComparablePlanes {
  const inputPlanes = colourPlanes(input);
  const reduced = colourPlanes(output).map((plane) =>
    storedPlane(mapPlane(resizedPlane(plane, input), clipped)),
  );
  if (inputPlanes.length === reduced.length) return { input: inputPlanes, output: reduced };
  return { input: rgbPlanes(inputPlanes), output: rgbPlanes(reduced) };
}

function clipped(sample: number): number {
  // Not a pair of Math.min and Math.max: NaN has to stay NaN to be found.
  if (sample < 0) return 0;
  return sample > 255 ? 255 : sample;
}

function thumbnail(planes: readonly PlaneView[]): readonly PlaneView[] {
  return planes.map((plane) => storedPlane(resizedPlane(plane, THUMBNAIL)));
}

function scaledBorders(borders: TileBorders, from: Size, to: Size): TileBorders {
  return {
    columns: borders.columns.map((x) => Math.round((x * to.width) / from.width)),
    rows: borders.rows.map((y) => Math.round((y * to.height) / from.height)),
  };
}

function seamFinding(planes: ComparablePlanes, borders: TileBorders): SeamFinding | undefined {
  const measured = (lines: TileBorders): readonly SeamStep[] => seamSteps(planes.input, planes.output, lines);
  const pieces = measured(borders);
  if (pieces.length === 0) return undefined;
  const controls = { columns: middlesOfTiles(borders.columns), rows: middlesOfTiles(borders.rows) };
  const worst = worstStep(pieces);
  return { ...(worst === undefined ? {} : { worst }), controlStep: worstStep(measured(controls))?.step ?? 0 };
}

/** Among the pieces whose step stands out from its own scatter: elsewhere the error follows the content. */
function worstStep(pieces: readonly SeamStep[]): SeamStep | undefined {
  return pieces
    .filter((piece) => piece.step >= STEP_PER_SCATTER * piece.scatter)
    .reduce<SeamStep | undefined>(
      (worst, piece) => (piece.step > (worst?.step ?? 0) ? piece : worst),
      undefined,
    );
}

/** The middle of the tile before each border. */
function middlesOfTiles(borders: readonly number[]): readonly number[] {
  return borders.map((border, index) => Math.round((border + (borders[index - 1] ?? 0)) / 2));
}
