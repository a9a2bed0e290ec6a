import type { RegionError } from './regionErrors.ts';
import { median } from '../planes/median.ts';
import type { VerdictLimits } from './verdictLimits.ts';

/** A region that differs from the others of its image. */
export interface OddRegion {
  readonly region: RegionError;
  readonly value: number;
  readonly limit: number;
}

/** With fewer regions, it is not clear which of them is odd. */
const MIN_REGIONS = 3;
/** The share of the regions whose deviation is taken as normal for the image. */
const USUAL_SHARE = 0.7;

/** Regions that are brighter, darker or of another tint than the rest, worst first. */
export function shiftedRegions(regions: readonly RegionError[], limits: VerdictLimits): readonly OddRegion[] {
  const planes = regions[0]?.shift.map((_, plane) => plane) ?? [];
  const middle = planes.map((plane) => median(regions.map(({ shift }) => shift[plane] ?? 0)));
  const deviation = ({ shift }: RegionError): number =>
    Math.max(...planes.map((plane) => Math.abs((shift[plane] ?? 0) - (middle[plane] ?? 0))));
  return beyond(regions, deviation, { least: limits.regionShift, perUsual: limits.regionShiftPerUsual });
}

/** Regions whose content is shifted against the rest, worst first; values in pixels of the compared images. */
export function movedRegions(regions: readonly RegionError[], limits: VerdictLimits): readonly OddRegion[] {
  const x = median(regions.map(({ move }) => move.x));
  const y = median(regions.map(({ move }) => move.y));
  const deviation = ({ move }: RegionError): number => Math.hypot(move.x - x, move.y - y);
  return beyond(regions, deviation, {
    least: limits.regionMovePx,
    perUsual: limits.regionMovePerUsual,
  }).filter(({ region }) => region.move.explained >= limits.regionMoveExplained);
}

function beyond(
  regions: readonly RegionError[],
  deviation: (region: RegionError) => number,
  { least, perUsual }: { readonly least: number; readonly perUsual: number },
): readonly OddRegion[] {
  if (regions.length < MIN_REGIONS) return [];
  const values = regions.map(deviation);
  const usual = values.toSorted((a, b) => a - b)[Math.floor(USUAL_SHARE * values.length)] ?? 0;
  const limit = Math.max(least, perUsual * usual);
  return regions
    .map((region, index) => ({ region, value: values[index] ?? 0, limit }))
    .filter(({ value }) => value > limit)
    .toSorted((a, b) => b.value - a.value);
}
