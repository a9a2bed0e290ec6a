import { joinBytes, latin1Bytes, uintBytes } from '../../metadata/byteFields.ts';
import { adaptationToD50, BT709, D50_XYZ, multiply, rgbToXyz } from './colourSpace.ts';
import type { ColourSpace, Matrix, Primaries, ToneCurve } from './colourSpace.ts';
import { PROFILE_HEADER_BYTES, profileTag } from './profileTags.ts';

const COPYRIGHT = 'No copyright, use freely';

/** The exponents and factors of sRGB's curve as ICC counts them (ICC.1:2022, 10.18, function type 3). */
const SRGB_PARAMETERS = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

function fixed(value: number): Uint8Array {
  return uintBytes(Math.round(value * 65536) >>> 0, 4, 'big');
}

function xyzTag(x: number, y: number, z: number): Uint8Array {
  return joinBytes([latin1Bytes('XYZ \0\0\0\0'), fixed(x), fixed(y), fixed(z)]);
}

function curveTag(curve: ToneCurve): Uint8Array {
  const isSrgb = curve.kind === 'srgb';
  const parameters = isSrgb ? SRGB_PARAMETERS : [curve.gamma];
  return joinBytes([
    latin1Bytes('para\0\0\0\0'),
    uintBytes(isSrgb ? 3 : 0, 2, 'big'),
    new Uint8Array(2),
    ...parameters.map(fixed),
  ]);
}

/** One text in English (ICC.1:2022, 10.15). */
function textTag(text: string): Uint8Array {
  const units = joinBytes(Array.from(text, (letter) => uintBytes(letter.charCodeAt(0), 2, 'big')));
  return joinBytes([
    latin1Bytes('mluc\0\0\0\0'),
    uintBytes(1, 4, 'big'),
    uintBytes(12, 4, 'big'),
    latin1Bytes('enUS'),
    uintBytes(units.length, 4, 'big'),
    uintBytes(28, 4, 'big'),
    units,
  ]);
}

function header(totalBytes: number, space: string): Uint8Array {
  const bytes = new Uint8Array(PROFILE_HEADER_BYTES);
  const put = (offset: number, data: Uint8Array): void => {
    bytes.set(data, offset);
  };
  put(0, uintBytes(totalBytes, 4, 'big'));
  put(8, uintBytes(0x04300000, 4, 'big')); // version 4.3
  put(12, latin1Bytes('mntr'));
  put(16, latin1Bytes(space));
  put(20, latin1Bytes('XYZ '));
  put(24, joinBytes([2026, 1, 1, 0, 0, 0].map((part) => uintBytes(part, 2, 'big'))));
  put(36, latin1Bytes('acsp'));
  put(68, joinBytes(D50_XYZ.map(fixed)));
  return bytes;
}

type Tag = readonly [name: string, data: Uint8Array];

/**
 * An RGB profile in which equal red, green and blue look like the grey of a grey profile: its curve, three times.
 *
 * @returns undefined when the profile has no curve.
 */
export function rgbProfileOfGrey(icc: Uint8Array): Uint8Array | undefined {
  const curve = profileTag(icc, 'kTRC');
  return curve && rgbProfile(BT709, curve);
}

function assemble(space: string, tags: readonly Tag[]): Uint8Array {
  const table: Uint8Array[] = [uintBytes(tags.length, 4, 'big')];
  const bodies: Uint8Array[] = [];
  let offset = PROFILE_HEADER_BYTES + 4 + tags.length * 12;
  for (const [name, data] of tags) {
    table.push(latin1Bytes(name), uintBytes(offset, 4, 'big'), uintBytes(data.length, 4, 'big'));
    const padded = joinBytes([data, new Uint8Array(-data.length & 3)]);
    bodies.push(padded);
    offset += padded.length;
  }
  return joinBytes([header(offset, space), ...table, ...bodies]);
}

function chadTag(adaptation: Matrix): Uint8Array {
  return joinBytes([latin1Bytes('sf32\0\0\0\0'), ...adaptation.map(fixed)]);
}

function sharedTags({ white }: Primaries): Tag[] {
  return [
    ['desc', textTag('Colours as the file describes them')],
    ['cprt', textTag(COPYRIGHT)],
    ['wtpt', xyzTag(...D50_XYZ)],
    ['chad', chadTag(adaptationToD50(white))],
  ];
}

/**
 * Creates an ICC profile (version 4) for a colour space that a file describes in another way, so that every program reads
 * it and every format that is written can contain it.
 *
 * @param kind Of the pixels: a grey image needs a grey profile.
 */
export function makeProfile({ primaries, curve }: ColourSpace, kind: 'rgb' | 'grey'): Uint8Array {
  return kind === 'grey'
    ? assemble('GRAY', [...sharedTags(primaries), ['kTRC', curveTag(curve)]])
    : rgbProfile(primaries, curveTag(curve));
}

function rgbProfile(primaries: Primaries, curve: Uint8Array): Uint8Array {
  const m = multiply(adaptationToD50(primaries.white), rgbToXyz(primaries));
  return assemble('RGB ', [
    ...sharedTags(primaries),
    ['rXYZ', xyzTag(m[0], m[3], m[6])],
    ['gXYZ', xyzTag(m[1], m[4], m[7])],
    ['bXYZ', xyzTag(m[2], m[5], m[8])],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]);
}
