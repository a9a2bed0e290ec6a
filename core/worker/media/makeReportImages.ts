import type { Rect, Size } from '../../api/image.ts';
import type { QualityReport } from '../../api/report.ts';
import type { ReportCrop, ReportImages } from '../../api/reportImages.ts';
import { encodeSmall, fittedSize, webpUri, type ImageView } from '../../image/smallImages.ts';
import { toFloatImage } from '../../image/toFloatImage.ts';
import { differenceMap, dissimilarityMap, type HeatMap } from '../../quality/metrics/heatMaps.ts';

/** Long side of the views. Hundreds of them have to open at once in one page. */
const VIEW_PX = 480;
const VIEW_QUALITY = 68;
const MAP_QUALITY = 40;
/** Side of a crop at 1:1. */
const CROP_PX = 160;
const CROP_QUALITY = 80;
const MAX_CROPS_OF_A_KIND = 1;

/** Small images of a result and its input, for a report that people look at. */
export async function makeReportImages(
  input: ImageView,
  result: ImageView,
  quality: QualityReport | undefined,
): Promise<ReportImages> {
  const size = fittedSize(result.size, VIEW_PX);
  const before = await input.resized(size);
  const after = await result.resized(size);
  // Maps are drawn at the size at which the two can be compared: no larger than the input.
  const mapSize = fittedSize(input.size, VIEW_PX);
  const reference = toFloatImage(await input.resized(mapSize));
  const reduced = toFloatImage(await result.resized(mapSize));
  const crops: ReportCrop[] = [];
  for (const { kind, place } of chosenPlaces(result.size, quality)) {
    crops.push(await makeCrop(kind, place, input, result));
  }
  return {
    ...size,
    before: webpUri(await encodeSmall(before, VIEW_QUALITY)),
    after: webpUri(await encodeSmall(after, VIEW_QUALITY)),
    difference: await mapUri(differenceMap(reference, reduced)),
    similarity: await mapUri(dissimilarityMap(reference, reduced)),
    crops,
  };
}

async function mapUri(map: HeatMap): Promise<string> {
  return webpUri(await encodeSmall({ ...map, channels: 1 }, MAP_QUALITY));
}

/** The first place of each reason, then the places with the most added detail. */
function chosenPlaces(
  size: Size,
  quality: QualityReport | undefined,
): { readonly kind: ReportCrop['kind']; readonly place: Rect }[] {
  const look = (quality?.reasons ?? []).flatMap(({ places }) => places.slice(0, 1));
  const gained = quality?.detail?.mostGained ?? [];
  const chosen = (kind: ReportCrop['kind'], places: readonly Rect[]) =>
    places.slice(0, MAX_CROPS_OF_A_KIND).map((place) => ({ kind, place: cropAround(place, size) }));
  return [...chosen('look', look), ...chosen('gained', gained)];
}

function cropAround(place: Rect, size: Size): Rect {
  const width = Math.min(CROP_PX, size.width);
  const height = Math.min(CROP_PX, size.height);
  const start = (middle: number, side: number, length: number): number =>
    Math.min(length - side, Math.max(0, Math.round(middle - side / 2)));
  return {
    x: start(place.x + place.width / 2, width, size.width),
    y: start(place.y + place.height / 2, height, size.height),
    width,
    height,
  };
}

async function makeCrop(
  kind: ReportCrop['kind'],
  place: Rect,
  input: ImageView,
  result: ImageView,
): Promise<ReportCrop> {
  const { width, height } = input.size;
  const scale = { x: result.size.width / width, y: result.size.height / height };
  const x = Math.min(width - 1, Math.round(place.x / scale.x));
  const y = Math.min(height - 1, Math.round(place.y / scale.y));
  const from = {
    x,
    y,
    width: Math.min(width - x, Math.max(1, Math.round(place.width / scale.x))),
    height: Math.min(height - y, Math.max(1, Math.round(place.height / scale.y))),
  };
  const [before, after] = [await input.cropped(from, place), await result.cropped(place, place)];
  return {
    kind,
    place,
    before: webpUri(await encodeSmall(before, CROP_QUALITY)),
    after: webpUri(await encodeSmall(after, CROP_QUALITY)),
  };
}
