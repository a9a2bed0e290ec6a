import { describe, expect, test } from 'vitest';
import { joinBytes, latin1Bytes, readUint } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { readExifTree } from '../../../core/metadata/exif/exifTree.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import {
  makerNoteBytes,
  makerNoteOffset,
  RICH_IPTC,
  RICH_XMP,
  richExif,
  richMetadata,
} from './richMetadata.ts';

const ALL = { policy: 'all', width: 148, height: 116, keepIcc: true } as const;

function numberOf(
  exif: Uint8Array,
  place: { ifd: 'ifd0' | 'exif' | 'interop'; tag: number },
): number | undefined {
  const tree = readExifTree(bytesSource(exif), () => undefined);
  const field = tree?.[place.ifd].find((one) => one.tag === place.tag);
  return (
    tree && field && readUint(field.value, { offset: 0, sizeBytes: field.value.length, order: tree.order })
  );
}

describe.each(['little', 'big'] as const)('"all" on %s-endian EXIF', (order) => {
  const original = richExif(order);
  const prepared = prepareMetadata({ exif: original }, ALL).metadata.exif ?? new Uint8Array();

  test('turns the image upright and gives its new size', () => {
    expect({
      orientation: numberOf(prepared, { ifd: 'ifd0', tag: 0x0112 }),
      width: numberOf(prepared, { ifd: 'exif', tag: 0xa002 }),
      height: numberOf(prepared, { ifd: 'exif', tag: 0xa003 }),
      colorSpace: numberOf(prepared, { ifd: 'exif', tag: 0xa001 }),
    }).toEqual({ orientation: 1, width: 148, height: 116, colorSpace: 0xffff });
  });

  test('leaves the maker note, byte for byte, in its place', () => {
    expect(makerNoteOffset(prepared)).toBe(makerNoteOffset(original));
    expect(makerNoteBytes(prepared)).toEqual(makerNoteBytes(original));
  });

  test('cuts the thumbnail off and touches nothing else', () => {
    expect(Buffer.from(prepared).includes('THUMBNAIL')).toBe(false);
    const changed = Array.from(prepared.keys()).filter((index) => prepared[index] !== original[index]);
    expect(changed.length).toBeLessThanOrEqual(1 + 2 + 2 + 4);
  });

  test('does not change the original', () => {
    expect(original).toEqual(richExif(order));
  });

  test('gives a size above 65535 px in a field that was 16 bits wide', () => {
    const { exif } = prepareMetadata({ exif: original }, { ...ALL, width: 70_000 }).metadata;
    expect(numberOf(exif ?? new Uint8Array(), { ifd: 'exif', tag: 0xa002 })).toBe(70_000);
  });

  test('states sRGB when the pixels were converted', async () => {
    const { metadata } = prepareMetadata(await richMetadata(order), { ...ALL, keepIcc: false });
    const exif = metadata.exif ?? new Uint8Array();
    expect(metadata.icc).toBeUndefined();
    expect(numberOf(exif, { ifd: 'exif', tag: 0xa001 })).toBe(1);
    const tree = readExifTree(bytesSource(exif), () => undefined);
    expect(tree?.interop[0]?.value).toEqual(latin1Bytes('R98\0'));
  });
});

test('XMP is updated as attributes and as elements, and nowhere else', () => {
  const { xmp } = prepareMetadata({ xmp: RICH_XMP }, ALL).metadata;
  const expected = new TextDecoder()
    .decode(RICH_XMP)
    .replace('tiff:Orientation="6"', 'tiff:Orientation="1"')
    .replace("exif:PixelXDimension='37'", "exif:PixelXDimension='148'")
    .replace('<exif:PixelYDimension>29<', '<exif:PixelYDimension>116<');
  expect(new TextDecoder().decode(xmp)).toBe(expected);
});

test('an image that was part of a motion photo no longer claims to be', () => {
  const xmp = latin1Bytes('<rdf:Description GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"/>');
  const prepared = prepareMetadata({ xmp }, ALL).metadata.xmp;
  expect(new TextDecoder().decode(prepared)).toBe(
    '<rdf:Description GCamera:MotionPhoto="0" GCamera:MotionPhotoVersion="1"/>',
  );
});

test('XMP that is not UTF-8 is kept byte for byte', () => {
  const xmp = joinBytes([latin1Bytes('<x tiff:Orientation="6">'), Uint8Array.of(0xff, 0xfe, 0xc3)]);
  expect(prepareMetadata({ xmp }, ALL).metadata.xmp).toEqual(xmp);
});

test.each([
  { policy: 'all', keepIcc: true, parts: ['exif', 'icc', 'iptc', 'xmp'] },
  { policy: 'all', keepIcc: false, parts: ['exif', 'iptc', 'xmp'] },
  { policy: 'safe', keepIcc: true, parts: ['exif', 'icc'] },
  { policy: 'safe', keepIcc: false, parts: ['exif'] },
  { policy: 'none', keepIcc: true, parts: ['icc'] },
  { policy: 'none', keepIcc: false, parts: [] },
] as const)('"$policy" with keepIcc $keepIcc keeps $parts', async ({ policy, keepIcc, parts }) => {
  const { metadata, warnings } = prepareMetadata(await richMetadata('big'), { ...ALL, policy, keepIcc });
  expect(Object.keys(metadata).sort()).toEqual(parts);
  expect(warnings).toEqual([]);
});

test('"safe" keeps a resolution from outside EXIF, "none" does not', () => {
  const density = { x: 300, y: 300, unit: 'inch' } as const;
  const original = { density, iptc: RICH_IPTC };
  expect(prepareMetadata(original, { ...ALL, policy: 'safe' }).metadata).toEqual({ density });
  expect(prepareMetadata(original, { ...ALL, policy: 'none' }).metadata).toEqual({});
});

test('damaged EXIF is left out with a warning', () => {
  const damaged = joinBytes([latin1Bytes('II*\0'), Uint8Array.of(255, 255, 0, 0)]);
  expect(prepareMetadata({ exif: damaged }, ALL)).toEqual({
    metadata: {},
    warnings: ['The EXIF is damaged and was left out.'],
  });
});
