import type { Size } from './image.ts';

/** The units of lengths on paper. */
export const LENGTH_UNITS = ['cm', 'in'] as const;
export type LengthUnit = (typeof LENGTH_UNITS)[number];

const CM_PER_INCH = 2.54;

export interface PaperSize extends Size {
  /** Its usual spelling, in any language. */
  readonly name: string;
  readonly unit: LengthUnit;
}

/** Sizes that photo labs and shops sell, and those of ISO 216 and of North America. */
export const PAPER_SIZES: readonly PaperSize[] = [
  { name: '10 × 15 cm', width: 10, height: 15, unit: 'cm' },
  { name: '13 × 18 cm', width: 13, height: 18, unit: 'cm' },
  { name: '20 × 30 cm', width: 20, height: 30, unit: 'cm' },
  { name: '30 × 45 cm', width: 30, height: 45, unit: 'cm' },
  { name: '50 × 75 cm', width: 50, height: 75, unit: 'cm' },
  { name: 'A5', width: 14.8, height: 21, unit: 'cm' },
  { name: 'A4', width: 21, height: 29.7, unit: 'cm' },
  { name: 'A3', width: 29.7, height: 42, unit: 'cm' },
  { name: 'A2', width: 42, height: 59.4, unit: 'cm' },
  { name: '4 × 6 in', width: 4, height: 6, unit: 'in' },
  { name: '5 × 7 in', width: 5, height: 7, unit: 'in' },
  { name: '8 × 10 in', width: 8, height: 10, unit: 'in' },
  { name: 'Letter', width: 8.5, height: 11, unit: 'in' },
];

/** A length in the other unit, rounded to what can be cut by hand: 0.1 cm or 0.01 in. */
export function convertLength(length: number, to: LengthUnit): number {
  return to === 'cm'
    ? Math.round(length * CM_PER_INCH * 10) / 10
    : Math.round((length / CM_PER_INCH) * 100) / 100;
}

/** Pixels of a length on paper, at least 1; rounded up, so that the print is not coarser than was requested. */
export function printPixels(length: number, unit: LengthUnit, dotsPerInch: number): number {
  const inches = unit === 'in' ? length : length / CM_PER_INCH;
  // 25.4 cm must be exactly 10 in, despite binary rounding.
  return Math.max(1, Math.ceil(inches * dotsPerInch - 1e-6));
}
