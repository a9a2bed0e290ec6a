import { latin1Text, readUint } from '../../metadata/byteFields.ts';
import { srgbLight } from './colourSpace.ts';
import { profileTag } from './profileTags.ts';

/** The light of a stored value, both 0…1. */
export type ToneFunction = (value: number) => number;

/** The parameters of each type of parametric curve, in their order (ICC.1:2022, table 68). */
const PARAMETERS_OF_TYPE = [1, 3, 4, 5, 7] as const;

function big(bytes: Uint8Array, offset: number, sizeBytes: number): number {
  return readUint(bytes, { offset, sizeBytes, order: 'big' });
}

function fixedAt(bytes: Uint8Array, offset: number): number {
  return (big(bytes, offset, 4) | 0) / 65536;
}

/** ICC.1:2022, 10.18: g, a, b, c, d, e, f, of which the simpler types have fewer. */
function parametricCurve(tag: Uint8Array): ToneFunction | undefined {
  const type = big(tag, 8, 2);
  const count = PARAMETERS_OF_TYPE[type];
  if (count === undefined || tag.length < 12 + count * 4) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixedAt(tag, 12 + index * 4),
  );
  const power: ToneFunction = (value) => Math.max(0, a * value + b) ** g;
  if (type === 0) return power;
  if (type <= 2) return (value) => (value >= -b / a ? power(value) : 0) + (type === 2 ? c : 0);
  return (value) => (value >= d ? power(value) + e : c * value + f);
}

/** ICC.1:2022, 10.6: no entry is linear, one is a power, more are light in equal steps. */
function sampledCurve(tag: Uint8Array): ToneFunction | undefined {
  const count = big(tag, 8, 4);
  if (tag.length < 12 + count * 2) return undefined;
  if (count === 0) return (value) => value;
  if (count === 1) return (value) => value ** (big(tag, 12, 2) / 256);
  const entry = (index: number): number => big(tag, 12 + index * 2, 2) / 65535;
  return (value) => {
    const place = value * (count - 1);
    const index = Math.min(count - 2, Math.floor(place));
    return entry(index) + (entry(index + 1) - entry(index)) * (place - index);
  };
}

/** A tone curve of a profile, by the name of its tag; undefined without one that is sound. */
export function profileCurve(icc: Uint8Array, name: string): ToneFunction | undefined {
  const tag = profileTag(icc, name);
  if (tag === undefined) return undefined;
  const kind = latin1Text(tag.subarray(0, 4));
  if (kind === 'para') return parametricCurve(tag);
  return kind === 'curv' ? sampledCurve(tag) : undefined;
}

/** How far a curve may be from that of sRGB, in light, for a blend of stored values to look like one in sRGB. */
const MAX_CURVE_DIFFERENCE = 0.035;

export function isLikeSrgb(curve: ToneFunction | undefined): boolean {
  return (
    curve !== undefined &&
    [0.25, 0.5, 0.75].every((value) => Math.abs(curve(value) - srgbLight(value)) <= MAX_CURVE_DIFFERENCE)
  );
}
