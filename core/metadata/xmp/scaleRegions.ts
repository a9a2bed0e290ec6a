import type { Size } from '../../api/image.ts';
import { enlargedArea, isSideways, storedSize, turnedArea, type PixelChange } from '../turnedArea.ts';
import { fieldsOf, replaceElements, replaceFields } from './xmpFields.ts';

const AREA_FIELDS = { x: 'stArea:x', y: 'stArea:y', w: 'stArea:w', h: 'stArea:h' } as const;
const DIAMETER = 'stArea:d';
const AREA_UNIT = 'stArea:unit';
const DIMENSIONS = { width: 'stDim:w', height: 'stDim:h' } as const;
const isArea = (name: string): boolean => name === 'mwg-rs:Area';
const isDimensions = (name: string): boolean => name === 'mwg-rs:AppliedToDimensions';
const RECTANGLE = 'MPReg:Rectangle';
/** With this number of digits, shares of an image are exact to a fraction of a pixel. */
const DIGITS = 6;

function isNear(a: Size, b: Size): boolean {
  return Math.abs(a.width / a.height - b.width / b.height) < 0.01 * (b.width / b.height);
}

/** The dimensions that regions refer to, as a packet gives them. */
function appliedTo(text: string): Size | undefined {
  let size: Size | undefined;
  replaceElements(text, isDimensions, (element) => {
    const fields = fieldsOf(element, Object.values(DIMENSIONS));
    const [width, height] = Object.values(DIMENSIONS).map((name) => Number(fields.get(name)));
    if (width !== undefined && height !== undefined && width > 0 && height > 0) size ??= { width, height };
    return element;
  });
  return size;
}

/**
 * Regions refer to the stored pixels, but some programs write them for the upright image: then the dimensions next to them
 * are those of the upright one.
 */
function orientationOfRegions(text: string, change: PixelChange): number {
  const applied = appliedTo(text);
  const isUpright =
    applied !== undefined &&
    isSideways(change.orientation) &&
    isNear(applied, change.from) &&
    !isNear(applied, storedSize(change));
  return isUpright ? 1 : change.orientation;
}

function shareText(value: number): string {
  return String(Number(value.toFixed(DIGITS)));
}

/** One area of a region: a share of the image, or in pixels of it. */
function changedArea(element: string, change: PixelChange): string {
  const names = Object.values(AREA_FIELDS);
  const fields = fieldsOf(element, [...names, DIAMETER, AREA_UNIT]);
  const isInPixels = fields.get(AREA_UNIT) === 'pixel';
  if (!isInPixels && change.orientation === 1) return element;
  const [x, y, w, h] = names.map((name) => Number(fields.get(name) ?? 0));
  if (![x, y, w, h].every(Number.isFinite)) return element;
  const area = { x: x ?? 0, y: y ?? 0, w: w ?? 0, h: h ?? 0 };
  const made = isInPixels ? enlargedArea(area, change) : turnedArea(area, change.orientation);
  const factor = isInPixels ? change.to.width / change.from.width : 1;
  const values = new Map<string, number>([
    [AREA_FIELDS.x, made.x],
    [AREA_FIELDS.y, made.y],
    [AREA_FIELDS.w, made.w],
    [AREA_FIELDS.h, made.h],
    [DIAMETER, Number(fields.get(DIAMETER)) * factor],
  ]);
  return replaceFields(element, [...values.keys()], (name) => {
    const value = values.get(name) ?? NaN;
    if (!Number.isFinite(value)) return undefined;
    return isInPixels ? String(Math.round(value)) : shareText(value);
  });
}

/** The dimensions next to the regions: the result's if they were the original's. */
function changedDimensions(element: string, change: PixelChange): string {
  const fields = fieldsOf(element, Object.values(DIMENSIONS));
  const [width, height] = Object.values(DIMENSIONS).map((name) => Number(fields.get(name)));
  if (width === undefined || height === undefined || !(width > 0 && height > 0)) return element;
  const [w, h] = isSideways(change.orientation) ? [height, width] : [width, height];
  const newWidth = Math.round((w * change.to.width) / change.from.width);
  const newHeight = Math.round((h * change.to.height) / change.from.height);
  return replaceFields(element, Object.values(DIMENSIONS), (name) =>
    String(name === DIMENSIONS.width ? newWidth : newHeight),
  );
}

/** Microsoft's rectangle of a person: left, top, width and height as shares. */
function turnedRectangle(value: string, orientation: number): string | undefined {
  const [left, top, w, h, ...more] = value.split(',').map(Number);
  if (left === undefined || top === undefined || w === undefined || h === undefined) return undefined;
  if (more.length > 0 || ![left, top, w, h].every(Number.isFinite)) return undefined;
  const turned = turnedArea({ x: left + w / 2, y: top + h / 2, w, h }, orientation);
  return [turned.x - turned.w / 2, turned.y - turned.h / 2, turned.w, turned.h].map(shareText).join(', ');
}

/** A packet whose regions (MWG 2.0, 5.9, and Microsoft's people) are those of the enlarged, upright image. */
export function scaleRegions(text: string, change: PixelChange): string {
  const ofRegions = { ...change, orientation: orientationOfRegions(text, change) };
  const areas = replaceElements(text, isArea, (element) => changedArea(element, ofRegions));
  const dimensions = replaceElements(areas, isDimensions, (element) => changedDimensions(element, ofRegions));
  const { orientation } = ofRegions;
  if (orientation === 1) return dimensions;
  return replaceFields(dimensions, [RECTANGLE], (_, value) => turnedRectangle(value, orientation));
}
