import { BT709, D65, type ColourSpace, type Primaries, type ToneCurve } from './colourSpace.ts';

/** Colour as video and PNG's cICP chunk number it (Rec. ITU-T H.273, 8.1 to 8.3). */
export interface CodePoints {
  readonly primaries: number;
  readonly transfer: number;
  /** false where black is 16 and white 235, as in video. */
  readonly isFullRange: boolean;
}

/** The transfer functions of high dynamic range: SMPTE ST 2084 and ARIB STD-B67. */
export type HdrTransfer = 'pq' | 'hlg';

export type DescribedColour =
  | { readonly kind: 'standard'; readonly space: ColourSpace }
  | { readonly kind: 'hdr'; readonly transfer: HdrTransfer; readonly primaries: Primaries }
  | { readonly kind: 'unsupported'; readonly what: string };

const C: Primaries['white'] = { x: 0.31, y: 0.316 };
const DCI: Primaries['white'] = { x: 0.314, y: 0.351 };

function primariesOf(
  white: Primaries['white'],
  [rx, ry, gx, gy, bx, by]: readonly [number, number, number, number, number, number],
): Primaries {
  return { white, red: { x: rx, y: ry }, green: { x: gx, y: gy }, blue: { x: bx, y: by } };
}

const SMPTE170 = primariesOf(D65, [0.63, 0.34, 0.31, 0.595, 0.155, 0.07]);

/** By number; 2 is "unspecified", which is treated as BT.709 everywhere. */
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: BT709,
  2: BT709,
  4: primariesOf(C, [0.67, 0.33, 0.21, 0.71, 0.14, 0.08]),
  5: primariesOf(D65, [0.64, 0.33, 0.29, 0.6, 0.15, 0.06]),
  6: SMPTE170,
  7: SMPTE170,
  8: primariesOf(C, [0.681, 0.319, 0.243, 0.692, 0.145, 0.049]),
  9: primariesOf(D65, [0.708, 0.292, 0.17, 0.797, 0.131, 0.046]),
  11: primariesOf(DCI, [0.68, 0.32, 0.265, 0.69, 0.15, 0.06]),
  12: primariesOf(D65, [0.68, 0.32, 0.265, 0.69, 0.15, 0.06]),
  22: primariesOf(D65, [0.63, 0.34, 0.295, 0.605, 0.155, 0.077]),
};

const SRGB_CURVE: ToneCurve = { kind: 'srgb' };

/** Images with the camera curves of video are shown with the display's curve; every viewer uses that of sRGB. */
const CURVES: Readonly<Record<number, ToneCurve>> = {
  1: SRGB_CURVE,
  2: SRGB_CURVE,
  4: { kind: 'power', gamma: 2.2 },
  5: { kind: 'power', gamma: 2.8 },
  6: SRGB_CURVE,
  7: SRGB_CURVE,
  8: { kind: 'power', gamma: 1 },
  11: SRGB_CURVE,
  12: SRGB_CURVE,
  13: SRGB_CURVE,
  14: SRGB_CURVE,
  15: SRGB_CURVE,
};

const HDR_TRANSFERS: Readonly<Record<number, HdrTransfer>> = { 16: 'pq', 18: 'hlg' };

/** What code points mean for still images. */
export function describeCodePoints({
  primaries: number,
  transfer,
  isFullRange,
}: CodePoints): DescribedColour {
  const primaries = PRIMARIES[number];
  if (primaries === undefined) return { kind: 'unsupported', what: `colour primaries ${number}` };
  if (!isFullRange) return { kind: 'unsupported', what: 'the narrow range of video' };
  const hdr = HDR_TRANSFERS[transfer];
  if (hdr !== undefined) return { kind: 'hdr', transfer: hdr, primaries };
  const curve = CURVES[transfer];
  if (curve === undefined) return { kind: 'unsupported', what: `transfer characteristics ${transfer}` };
  return { kind: 'standard', space: { primaries, curve } };
}
