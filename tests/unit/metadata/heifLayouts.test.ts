import { expect, test } from 'vitest';
import { joinBytes, uintBytes, writeUint } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { boxBytes, fullBoxBytes, readBoxes } from '../../../core/metadata/heif/boxes.ts';
import { writeItemLocations } from '../../../core/metadata/heif/itemLocations.ts';
import type { ItemLocation } from '../../../core/metadata/heif/itemLocations.ts';
import { metadataItem, writeItemInfos, writeItemReferences } from '../../../core/metadata/heif/itemTables.ts';
import { readMetaBox } from '../../../core/metadata/heif/metaBox.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { RICH_XMP, richExif, richMetadata } from './richMetadata.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample, storedPixels } from './sampleImages.ts';

const PLAIN = { version: 0, flags: 0 };
const exif = richExif('big');

async function encodedAvif(): Promise<Uint8Array> {
  const sample = ENCODED_SAMPLES.find((one) => one.name === 'AVIF with alpha');
  return sample ? encodeSample(sample) : new Uint8Array();
}

/** A file of nothing but a table of contents, and items' data within it. */
function metaOnlyFile(locations: readonly ItemLocation[], itemData: Uint8Array): Uint8Array {
  return joinBytes([
    boxBytes('ftyp', new Uint8Array(8)),
    fullBoxBytes(
      'meta',
      PLAIN,
      fullBoxBytes('pitm', PLAIN, uintBytes(1, 2, 'big')),
      writeItemInfos([metadataItem(2, 'exif'), metadataItem(3, 'xmp')]),
      writeItemLocations(locations, 4),
      boxBytes('idat', itemData),
    ),
  ]);
}

test('items in the idat box, in several extents and with a distance before EXIF, are read', () => {
  const distance = joinBytes([uintBytes(6, 4, 'big'), new Uint8Array(6)]);
  const half = 100;
  const itemData = joinBytes([exif.subarray(half), distance, exif.subarray(0, half), RICH_XMP]);
  const firstStart = exif.length - half;
  const firstBytes = distance.length + half;
  const inData = { constructionMethod: 1, dataReferenceIndex: 0 };
  const file = metaOnlyFile(
    [
      {
        ...inData,
        itemId: 2,
        extents: [
          { offset: firstStart, sizeBytes: firstBytes },
          { offset: 0, sizeBytes: firstStart },
        ],
      },
      { ...inData, itemId: 3, extents: [{ offset: firstStart + firstBytes, sizeBytes: 0 }] },
    ],
    itemData,
  );
  expect(readMetadata('avif', file)).toEqual({ metadata: { exif, xmp: RICH_XMP }, warnings: [] });
});

test.each([
  ['the main image', [1], RICH_XMP],
  ['nothing', [], RICH_XMP],
  ['an auxiliary image alone', [2], undefined],
])('XMP that describes %s', (_, toItemIds, xmp) => {
  const references = toItemIds.length === 0 ? [] : [{ type: 'cdsc', fromItemId: 3, toItemIds }];
  const place = { constructionMethod: 1, dataReferenceIndex: 0, extents: [{ offset: 0, sizeBytes: 0 }] };
  const file = joinBytes([
    boxBytes('ftyp', new Uint8Array(8)),
    fullBoxBytes(
      'meta',
      PLAIN,
      fullBoxBytes('pitm', PLAIN, uintBytes(1, 2, 'big')),
      writeItemInfos([metadataItem(3, 'xmp')]),
      writeItemReferences(references),
      writeItemLocations([{ itemId: 3, ...place }], 4),
      boxBytes('idat', RICH_XMP),
    ),
  ]);
  expect(readMetadata('heic', file).metadata.xmp).toEqual(xmp);
});

test('an item outside the file is left out with a warning', () => {
  const location = { itemId: 2, constructionMethod: 0, dataReferenceIndex: 0 };
  const file = metaOnlyFile([{ ...location, extents: [{ offset: 10, sizeBytes: 1e9 }] }], new Uint8Array());
  expect(readMetadata('avif', file)).toEqual({
    metadata: {},
    warnings: ["The file's EXIF is damaged and was left out.", "The file's XMP is damaged and was left out."],
  });
});

test('a last box without a size gets one before anything is put behind it', async () => {
  const encoded = await encodedAvif();
  const source = bytesSource(encoded);
  const mdat = readBoxes(source, 0, encoded.length).find((box) => box.type === 'mdat');
  const openEnded = Uint8Array.from(encoded);
  writeUint(openEnded, 0, { offset: mdat?.start ?? 0, sizeBytes: 4, order: 'big' });
  const { iptc, ...metadata } = await richMetadata('little');
  const { file } = embedInto('avif', openEnded, metadata);
  expect(iptc).toBeDefined();
  expect(readMetadata('avif', file)).toEqual({ metadata, warnings: [] });
  expect(await storedPixels(file)).toEqual(await storedPixels(encoded));
});

test('EXIF and XMP describe the primary image, the profile belongs to it alone', async () => {
  const { file } = embedInto('avif', await encodedAvif(), await richMetadata('little'));
  const source = bytesSource(file);
  const meta = readMetaBox(source, readBoxes(source, 0, file.length));
  const described = meta?.references.filter((reference) => reference.type === 'cdsc');
  expect(described?.map((reference) => reference.toItemIds)).toEqual([
    [meta?.primaryItemId],
    [meta?.primaryItemId],
  ]);
  const profile = (meta?.properties.findLastIndex((property) => property.type === 'colr') ?? 0) + 1;
  const owners = meta?.associations.filter(({ properties }) =>
    properties.some(({ index }) => index === profile),
  );
  expect(owners?.map((owner) => owner.itemId)).toEqual([meta?.primaryItemId]);
});
