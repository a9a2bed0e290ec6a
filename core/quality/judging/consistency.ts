import type { Rect, Size } from '../../api/image.ts';
import type { ComparedInput } from './comparedInput.ts';
import { channelOrderErrors, type ChannelOrder } from './channelOrder.ts';
import { colourDifference, type ColourDifference } from '../metrics/colourDifference.ts';
import { fullRangeLuma, luma } from '../planes/luma.ts';
import { orientationErrors, type Explanation, type Orientation } from './orientation.ts';
import { rowColourPlanes, rowLumaPlane, type ImageRows } from '../planes/imageRows.ts';
import { pixelErrors, type PixelErrors } from '../metrics/pixelErrors.ts';
import type { PlaneView } from '../planes/planeView.ts';
import { psnr } from '../metrics/psnr.ts';
import { resizedPlane, storedPlane } from '../planes/resizedPlane.ts';
import { sampleWindows } from '../planes/sampleWindows.ts';
import { regionErrors, type RegionError } from './regionErrors.ts';
import { sampledPair, type SampledPair } from './sampledPair.ts';
import { SEAM_SIDE_PX, seamSteps, type SeamStep, type TileBorders } from './seamSteps.ts';
import { ssim } from '../metrics/ssim.ts';
import { tileDisplacements, type TileDisplacement } from './tileDisplacements.ts';
import { tileContrasts } from './tileContrasts.ts';
import { tileErrors, type RowSample, type TileError } from './tileErrors.ts';

/**
 * How well an enlargement matches its original. Scaled back down, a faithful one equals it; how
 * much detail it added, and whether that detail is true, does not show here.
 *
 * All rectangles are in pixels of the size at which the two were compared.
 */
export interface Consistency {
  /** Over the colour samples of every fourth row or so; `Infinity` when nothing differs. */
  readonly psnrDb: number;
  readonly rmse: number;
  /** Structural similarity of luma, −1…1, on windows spread over the image. */
  readonly ssim: number;
  /** In the same windows as `ssim`. */
  readonly colourDifference: ColourDifference;
  readonly tiles: readonly TileError[];
  /** In the order of `tiles`, on luma. */
  readonly displacements: readonly TileDisplacement[];
  /** The errors of whole regions between tile borders; a single one if there are no borders. */
  readonly regions: readonly RegionError[];
  /** Errors at tile borders, and those at other lines. Absent when there are no borders. */
  readonly seam?: SeamFinding;
  /** Best explanation first; none if there is hardly an error to explain. */
  readonly orientations: readonly Explanation<Orientation>[];
  readonly channelOrders: readonly Explanation<ChannelOrder>[];
  /** Alpha reduced again, compared with the input's. Absent when neither image has any. */
  readonly alpha?: PixelErrors;
}

export interface SeamFinding {
  /** The piece of a border with the largest step; absent when none stands out. */
  readonly worst?: SeamStep;
  /** The largest step on as many lines in the middle of tiles: what this image shows without any seam. */
  readonly controlStep: number;
}

/** Larger images have larger tiles, so that there are no more than this. */
const MAX_TILES = 2 ** 14;
/** Every fourth row stands for its neighbours; every second in small images, every eighth in large ones. */
const ROW_STEP = 4;
const SMALL_PX = 2 ** 14;
const LARGE_PX = 2 ** 19;
/** Larger images are sampled more sparsely, so that memory and time do not grow. */
const MAX_SAMPLED_PX = 2 ** 21;
/** A step along a line stands out if it is this many times the median deviation. */
const STEP_PER_SCATTER = 5;
/** Structure and colour difference cost most, and need pixels that are adjacent: windows represent the whole. */
const WINDOW = { width: 128, height: 32, alignPx: 1 };
const MAX_WINDOW_PX = 6 * WINDOW.width * WINDOW.height;
const WINDOW_SHARE = 1 / 8;
/** An error so small that no mistake can explain it. */
const EXPLAINED_RMSE = 0.5;
const THUMBNAIL = { width: 32, height: 32 };

/**
 * Reduces an output to the size of its input (antialiased bicubic, as the training images were made, clipped to
 * 0…255 as the input was) and compares the two, on a sample of the rows that touches every tile: see `sampledRows`.
 *
 * @param compared The input as `comparedInput` prepares it.
 * @param borders Where the output's tiles meet, in pixels of the output.
 */
export function consistency(
  { rows: input, tilePx: leastTilePx }: ComparedInput,
  output: ImageRows,
  borders: TileBorders,
): Consistency {
  const lines = scaledBorders(borders, output, input);
  const rows = sampledRows(input, lines, leastTilePx);
  const rowWindows = rows.map((y) => ({ x: 0, y, width: input.width, height: 1 }));
  const sample = sampledPair(input, output, rowWindows);
  const rowSample = { height: input.height, rows };
  const windows = sampledPair(input, output, structureWindows(input));
  const errors = pixelErrors(sample.input, sample.output);
  // An output that matches this well is neither turned nor tinted: nothing has to be tried.
  const isExplained = errors.rmse < EXPLAINED_RMSE;
  const thumbnails = isExplained
    ? undefined
    : { input: thumbnail(sample.input), output: thumbnail(sample.output) };
  const seam = seamFinding(sample, rowSample, lines);
  const tilePx = tileSide(input, leastTilePx);
  const referenceLuma = rowLumaPlane(input);
  const outputLuma = fullRangeLuma(sample.output);
  return {
    psnrDb: psnr(errors.mse),
    rmse: errors.rmse,
    ssim: ssim([luma(windows.input)], [luma(windows.output)]).ssim,
    colourDifference: colourDifference(windows.input, windows.output),
    tiles: tileErrors(
      sample.input,
      sample.output,
      tilePx,
      rowSample,
      tileContrasts(rowColourPlanes(input), tilePx, withNeighbours(rows, input.height)),
    ),
    displacements: tileDisplacements(referenceLuma, outputLuma, tilePx, rows),
    regions: regionErrors(
      { reference: sample.input, output: sample.output, referenceLuma, outputLuma, sample: rowSample },
      lines,
    ),
    ...(seam === undefined ? {} : { seam }),
    orientations: thumbnails ? orientationErrors(thumbnails.input, thumbnails.output) : [],
    channelOrders: thumbnails ? channelOrderErrors(thumbnails.input, thumbnails.output) : [],
    ...(sample.alpha === undefined
      ? {}
      : { alpha: pixelErrors([sample.alpha.input], [sample.alpha.output]) }),
  };
}

/** Rows of the input that are compared: every fourth or so, and those around borders and in the middle of tiles. */
function sampledRows({ width, height }: Size, borders: TileBorders, tilePx: number): readonly number[] {
  const sparse = Math.ceil((width * height) / MAX_SAMPLED_PX);
  const pixels = width * height;
  const dense = pixels <= SMALL_PX ? ROW_STEP / 2 : pixels <= LARGE_PX ? ROW_STEP : 2 * ROW_STEP;
  const step = height <= tilePx ? 1 : Math.max(dense, sparse);
  const around = [...borders.rows, ...middlesOfTiles(borders.rows)].flatMap((row) =>
    Array.from({ length: 2 * SEAM_SIDE_PX }, (_, offset) => row - SEAM_SIDE_PX + offset),
  );
  const rows = new Set(around.filter((row) => row >= 0 && row < height));
  for (let row = Math.floor(step / 2); row < height; row += step) rows.add(row);
  return [...rows].toSorted((a, b) => a - b);
}

/** Rows that affect the compared ones: the kernel of the reduction reaches two rows. */
function withNeighbours(rows: readonly number[], height: number): ReadonlySet<number> {
  const near = rows.flatMap((row) => [row - 2, row - 1, row, row + 1, row + 2]);
  return new Set(near.filter((row) => row >= 0 && row < height));
}

function structureWindows(size: Size): readonly Rect[] {
  const mostPx = Math.min(MAX_WINDOW_PX, size.width * size.height * WINDOW_SHARE);
  return sampleWindows(size, { ...WINDOW, mostPx });
}

function tileSide({ width, height }: Size, leastPx: number): number {
  const sidePx = Math.sqrt((width * height) / MAX_TILES);
  return Math.max(leastPx, ROW_STEP * Math.ceil(sidePx / ROW_STEP));
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

function seamFinding(
  sample: SampledPair,
  rowSample: RowSample,
  borders: TileBorders,
): SeamFinding | undefined {
  const measured = (lines: TileBorders): readonly SeamStep[] =>
    seamSteps(sample.input, sample.output, rowSample, lines);
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
