import { expect, test } from 'vitest';
import { latin1Bytes, latin1Text, uintBytes } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { readExifTree } from '../../../core/metadata/exif/exifTree.ts';
import { TAG } from '../../../core/metadata/exif/exifTags.ts';
import { FIELD_TYPE } from '../../../core/metadata/exif/readIfd.ts';
import { buildExif } from '../../../core/metadata/exif/writeExifTree.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';

const FROM = { width: 128, height: 96 };
const OPTIONS = { policy: 'all', width: 256, height: 192, keepIcc: true, from: FROM } as const;
const OME = '<?xml version="1.0"?><OME><Image><Pixels ID="Pixels:0"';

/** The description of an enlarged image, by that of the original. */
function enlarged(description: string, orientation = 1): string {
  const value = latin1Bytes(`${description}\0`);
  const { bytes } = buildExif({
    order: 'little',
    ifd0: [
      { tag: TAG.imageDescription, type: FIELD_TYPE.ascii, count: value.length, value },
      { tag: TAG.orientation, type: FIELD_TYPE.short, count: 1, value: uintBytes(orientation, 2, 'little') },
    ],
    ...{ exif: [], gps: [], interop: [] },
  });
  const { exif } = prepareMetadata({ exif: bytes }, OPTIONS).metadata;
  const tree = readExifTree(bytesSource(exif ?? new Uint8Array()), () => undefined);
  const field = tree?.ifd0.find(({ tag }) => tag === TAG.imageDescription);
  return latin1Text(field?.value ?? new Uint8Array());
}

test.each([
  ['{"shape": [3, 96, 128, 3]}', '{"shape": [3, 192, 256, 3]}'],
  ['{"shape": [2, 3, 96, 128], "axes": "TZYX"}', '{"shape": [2, 3, 192, 256], "axes": "TZYX"}'],
  ['{"shape": [96, 96, 128]}', '{"shape": [96, 192, 256]}'],
  [
    `${OME} SizeX="128" SizeY="96" SizeZ="3" PhysicalSizeX="0.5" PhysicalSizeY="0.3" PhysicalSizeXUnit="\xc2\xb5m"/>`,
    `${OME} SizeX="256" SizeY="192" SizeZ="3" PhysicalSizeX="0.25" PhysicalSizeY="0.15" PhysicalSizeXUnit="\xc2\xb5m"/>`,
  ],
])('the description of a stack gives the size of the enlarged planes: %s', (before, after) => {
  expect(enlarged(before)).toBe(`${after}\0`);
});

test('the description of planes that are stored sideways is that of the upright ones', () => {
  expect(enlarged('{"shape": [128, 96, 3]}', 6)).toBe('{"shape": [192, 256, 3]}\0');
});

test.each(['A view of 128 by 96', '{"shape": [64, 64]}', `${OME} SizeX="64" SizeY="96"/>`])(
  'other descriptions stay as they are: %s',
  (text) => {
    expect(enlarged(text)).toBe(`${text}\0`);
  },
);
