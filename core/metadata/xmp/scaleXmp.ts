import { utf8Text } from '../byteFields.ts';
import { scaleSubject } from '../exif/scaleSubject.ts';
import type { PixelChange } from '../turnedArea.ts';
import { scaleRegions } from './scaleRegions.ts';
import { fieldsOf, replaceElements, replaceFields } from './xmpFields.ts';

/** Pixel figures of a panorama (Google, Photo Sphere XMP). */
const FIGURES: Readonly<Record<string, 'width' | 'height'>> = {
  'GPano:CroppedAreaImageWidthPixels': 'width',
  'GPano:CroppedAreaImageHeightPixels': 'height',
  'GPano:FullPanoWidthPixels': 'width',
  'GPano:FullPanoHeightPixels': 'height',
  'GPano:CroppedAreaLeftPixels': 'width',
  'GPano:CroppedAreaTopPixels': 'height',
};

/** EXIF's figures as XMP has them: sequences of integers. */
const SUBJECTS = ['exif:SubjectArea', 'exif:SubjectLocation'];
const ITEM = 'rdf:li';

function scaleFigures(text: string, { from, to }: PixelChange): string {
  return replaceFields(text, Object.keys(FIGURES), (name, value) => {
    const side = FIGURES[name] ?? 'width';
    const scaled = Math.round((Number(value) * to[side]) / from[side]);
    return value.trim() !== '' && Number.isFinite(scaled) ? String(scaled) : undefined;
  });
}

function scaleSubjects(element: string, change: PixelChange): string {
  const values: number[] = [];
  replaceFields(element, [ITEM], (_, value) => {
    values.push(Number(value));
    return undefined;
  });
  const scaled = values.every(Number.isFinite) ? scaleSubject(values, change) : undefined;
  if (scaled === undefined) return element;
  let next = 0;
  return replaceFields(element, [ITEM], () => String(scaled[next++]));
}

/** How a packet describes the orientation of the stored pixels. */
function orientationIn(text: string): number {
  return Number(fieldsOf(text, ['tiff:Orientation']).get('tiff:Orientation') ?? 1);
}

/** An enlargement of an original whose orientation may be in its packet. */
export interface XmpChange extends Omit<PixelChange, 'orientation'> {
  readonly orientation?: number | undefined;
}

/**
 * Scales figures in pixels in place, as attributes or as elements, and turns regions with the image.
 *
 * @returns A new packet; the same one when it has none of them, or is not UTF-8.
 */
export function scaleXmp(xmp: Uint8Array, { from, to, orientation }: XmpChange): Uint8Array {
  const text = utf8Text(xmp);
  if (text === undefined) {
    return xmp;
  }
  const change = { from, to, orientation: orientation ?? orientationIn(text) };
  const withRegions = scaleRegions(scaleFigures(text, change), change);
  const isSubject = (name: string): boolean => SUBJECTS.includes(name);
  const scaled = replaceElements(withRegions, isSubject, (element) => scaleSubjects(element, change));
  return scaled === text ? xmp : new TextEncoder().encode(scaled);
}
