import { enlargedArea, type CentredArea, type PixelChange } from '../turnedArea.ts';

/**
 * The position of the subject, as EXIF stores it in pixels of the stored image: a point, a circle by its centre and
 * diameter, or a rectangle by its centre and sides (Exif 3.0, SubjectArea and SubjectLocation).
 *
 * @returns The same kind of figures for the enlarged, upright image; undefined for another number of them.
 */
export function scaleSubject(values: readonly number[], change: PixelChange): number[] | undefined {
  const [x, y, w = 0, h = w] = values;
  if (x === undefined || y === undefined || values.length > 4) return undefined;
  const area: CentredArea = enlargedArea({ x, y, w, h }, change);
  // A circle's diameter has one number for both directions.
  const sizes = values.length === 3 ? [Math.max(area.w, area.h)] : [area.w, area.h];
  return [area.x, area.y, ...sizes].slice(0, values.length).map(Math.round);
}
