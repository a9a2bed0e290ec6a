import { writeFile } from 'node:fs/promises';
import type { Raster, Size } from '../../api/image.ts';
import { encodeSmall, fittedSize, storeView } from '../../image/smallImages.ts';
import { readRaster } from '../../image/readRaster.ts';
import { rasterStore } from '../../image/rowStore.ts';
import { toFloatImage } from '../../image/toFloatImage.ts';
import { differenceMap, dissimilarityMap, gainMap, type HeatMap } from '../../quality/metrics/heatMaps.ts';

export type HeatMapKind = 'difference' | 'ssim' | 'gain';

export interface HeatMapRequest {
  readonly inputPath: string;
  /** The enlargement of that input. */
  readonly outputPath: string;
  readonly kind: HeatMapKind;
  /** Where the map is written, a WebP file; must not exist. */
  readonly mapPath: string;
  /** Larger images are refused. */
  readonly maxPixels: number;
}

/** Long side of a map. */
const MAP_PX = 1024;
/** Gained detail is searched at up to this size. */
const GAIN_PX = 4096;
const MAP_QUALITY = 80;

/**
 * Draws a grey map of a finished image, bright where it differs from its input (`difference`, `ssim`) or has gained
 * detail (`gain`). Decodes both files: for a worker process.
 *
 * @returns The map's size, in the shape of the output.
 * @throws EnlargerError `input/…`, `image/…`.
 */
export async function makeHeatMap({
  inputPath,
  outputPath,
  kind,
  mapPath,
  maxPixels,
}: HeatMapRequest): Promise<Size> {
  const options = { colour: 'keep', maxPixels } as const;
  const input = await readRaster(inputPath, options);
  const output = await readRaster(outputPath, options);
  const map = await drawMap(kind, input, output);
  const { width, height } = map;
  await writeFile(mapPath, await encodeSmall({ ...map, channels: 1 }, MAP_QUALITY), { flag: 'wx' });
  return { width, height };
}

async function drawMap(kind: HeatMapKind, input: Raster, output: Raster): Promise<HeatMap> {
  const resized = async (raster: Raster, size: Size) =>
    toFloatImage(await storeView(rasterStore(raster)).resized(size));
  if (kind === 'gain') {
    const size = fittedSize(output, GAIN_PX);
    return gainMap(await resized(input, size), await resized(output, size), fittedSize(output, MAP_PX));
  }
  const size = fittedSize(input, MAP_PX);
  const draw = kind === 'difference' ? differenceMap : dissimilarityMap;
  return draw(await resized(input, size), await resized(output, size));
}
