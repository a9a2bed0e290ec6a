import { expect, test } from 'vitest';
import { heifExtras } from '../../../../core/image/formats/heic/heifExtras.ts';
import { joinBytes, latin1Bytes, uintBytes } from '../../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { boxBytes, fullBoxBytes } from '../../../../core/metadata/heif/boxes.ts';
import { samsungTrailer } from '../../../support/samsungTrailer.ts';
import { writeAssociations, writeItemReferences } from '../../../../core/metadata/heif/itemTables.ts';

interface Item {
  readonly type: string;
  readonly isHidden?: boolean;
  /** The role of the image for the first one, by its auxC property. */
  readonly auxiliary?: string;
}

type Link = readonly [type: string, from: number, to: readonly number[]];

const PLAIN = { version: 0, flags: 0 };
const MAIN: Item = { type: 'av01' };

function infe({ type, isHidden = false }: Item, index: number): Uint8Array {
  const head = [uintBytes(index + 1, 2, 'big'), new Uint8Array(2), latin1Bytes(`${type}\0`)];
  return fullBoxBytes('infe', { version: 2, flags: isHidden ? 1 : 0 }, ...head);
}

/** A HEIF without pixels: the first of its items is the main one. */
function heif(
  items: readonly Item[],
  links: readonly Link[],
  behind: Uint8Array = new Uint8Array(),
): string[] {
  const described = items.flatMap(({ auxiliary }, index) =>
    auxiliary === undefined ? [] : [{ itemId: index + 1, auxiliary }],
  );
  const types = described.map(({ auxiliary }) => fullBoxBytes('auxC', PLAIN, latin1Bytes(`${auxiliary}\0`)));
  const entries = described.map(({ itemId }, index) => ({
    itemId,
    properties: [{ index: index + 1, isEssential: false }],
  }));
  const references = links.map(([type, fromItemId, toItemIds]) => ({ type, fromItemId, toItemIds }));
  const meta = fullBoxBytes(
    'meta',
    PLAIN,
    fullBoxBytes('pitm', PLAIN, uintBytes(1, 2, 'big')),
    fullBoxBytes('iinf', PLAIN, uintBytes(items.length, 2, 'big'), ...items.map(infe)),
    writeItemReferences(references),
    boxBytes('iprp', boxBytes('ipco', ...types), writeAssociations(entries)),
    fullBoxBytes('iloc', PLAIN, Uint8Array.of(0x44, 0, 0, 0)),
  );
  return heifExtras(bytesSource(joinBytes([boxBytes('ftyp', latin1Bytes('avif')), meta, behind])));
}

const GAIN_MAP = 'urn:com:apple:photo:2020:aux:hdrgainmap';
const ALPHA = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha';
const DEPTH = 'urn:mpeg:hevc:2015:auxid:2';
const MATTE = 'urn:com:apple:photo:2018:aux:portraiteffectsmatte';

test.each([
  ['a gain map', GAIN_MAP, [/gain map/]],
  ['a depth map', DEPTH, [/depth map/]],
  ['a mask', MATTE, [/helper image/]],
  ['transparency', ALPHA, []],
])('%s as an auxiliary image', (_, auxiliary, notes) => {
  const found = heif([MAIN, { type: 'av01', auxiliary }], [['auxl', 2, [1]]]);
  expect(found).toHaveLength(notes.length);
  for (const [index, note] of notes.entries()) expect(found[index]).toMatch(note);
});

test("a depth map in the box of Samsung's cameras is noted", () => {
  const box = boxBytes('sefd', samsungTrailer('Image_UTC_Data', 'SingleShot_DepthMap_1'));
  expect(heif([MAIN], [], box)).toEqual([expect.stringMatching(/depth map/)]);
});

test('a gain map by ISO 21496-1 is noted once, and is not another image', () => {
  const items = [MAIN, { type: 'av01', isHidden: true }, { type: 'tmap' }];
  expect(heif(items, [['dimg', 3, [1, 2]]])).toEqual([expect.stringMatching(/gain map/)]);
});

test('thumbnails, tiles and hidden images are not other images; the rest are counted', () => {
  const items: Item[] = [
    { type: 'grid' },
    { type: 'hvc1' },
    { type: 'hvc1', isHidden: true },
    { type: 'hvc1' },
    { type: 'Exif' },
    { type: 'hvc1' },
    { type: 'hvc1' },
  ];
  const links: Link[] = [
    ['dimg', 1, [2, 3]],
    ['thmb', 4, [1]],
  ];
  expect(heif(items, links)).toEqual([expect.stringMatching(/^2 other images/)]);
});

test('the film of a motion photo is noted', () => {
  expect(heif([MAIN], [], boxBytes('mpvd', new Uint8Array(40)))).toEqual([expect.stringMatching(/film/)]);
});

test('an animation is noted', () => {
  expect(heif([MAIN], [], boxBytes('moov', new Uint8Array(40)))).toEqual([
    expect.stringMatching(/^Only the first frame/),
  ]);
});

test('a file without a table of contents has no extras', () => {
  expect(heifExtras(bytesSource(latin1Bytes('not a HEIF at all')))).toEqual([]);
});
