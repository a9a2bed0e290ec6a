import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { assembleSegments, bytesSource, embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import { joinBytes, latin1Bytes, uintBytes, utf8Text } from '../../../core/metadata/byteFields.ts';
import { TAG } from '../../../core/metadata/exif/exifTags.ts';
import { FIELD_TYPE } from '../../../core/metadata/exif/readIfd.ts';
import { buildExif } from '../../../core/metadata/exif/writeExifTree.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import { scaleXmp } from '../../../core/metadata/xmp/scaleXmp.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const STORED = { width: 40, height: 20 };
/** A bright rectangle on black, in pixels of the stored image. */
const SPOT = { left: 4, top: 10, width: 8, height: 4 };
const CENTRE = { x: SPOT.left + SPOT.width / 2, y: SPOT.top + SPOT.height / 2 };
const FACTOR = 3;

const hasExiftool = spawnSync('exiftool', ['-ver']).status === 0;

function shorts(tag: number, values: readonly number[]): Parameters<typeof buildExif>[0]['exif'][number] {
  const value = joinBytes(values.map((number) => uintBytes(number, 2, 'big')));
  return { tag, type: FIELD_TYPE.short, count: values.length, value };
}

function exifWith(orientation: number, area: readonly number[]): Uint8Array {
  return buildExif({
    order: 'big',
    ifd0: [shorts(TAG.orientation, [orientation])],
    exif: [shorts(TAG.subjectArea, area), shorts(TAG.subjectLocation, [CENTRE.x, CENTRE.y])],
    gps: [],
    interop: [],
  }).bytes;
}

/** A face by MWG and by Microsoft, in attributes or in elements. */
function packet(form: 'attributes' | 'elements', applied = STORED): Uint8Array {
  const share = { x: CENTRE.x / 40, y: CENTRE.y / 20, w: SPOT.width / 40, h: SPOT.height / 20 };
  const corner = [SPOT.left / 40, SPOT.top / 20, share.w, share.h].join(', ');
  const values = [...Object.entries(share), ['unit', 'normalized'] as const];
  const area =
    form === 'attributes'
      ? `<mwg-rs:Area ${values.map(([key, value]) => `stArea:${key}="${value}"`).join(' ')}/>`
      : `<mwg-rs:Area rdf:parseType="Resource">${values.map(([key, value]) => `<stArea:${key}>${value}</stArea:${key}>`).join('')}</mwg-rs:Area>`;
  return latin1Bytes(
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description rdf:about="" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"' +
      ' xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"' +
      ' xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmpTPg="http://ns.adobe.com/xap/1.0/t/pg/">' +
      `<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="${applied.width}" stDim:h="${applied.height}" stDim:unit="pixel"/>` +
      `<mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource"><mwg-rs:Name>Ada</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>${area}</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>` +
      `<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li MPReg:PersonDisplayName="Ada" MPReg:Rectangle="${corner}"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>` +
      `<exif:SubjectArea><rdf:Seq><rdf:li>${CENTRE.x}</rdf:li><rdf:li>${CENTRE.y}</rdf:li></rdf:Seq></exif:SubjectArea>` +
      '<xmpTPg:MaxPageSize stDim:w="8.5" stDim:h="11" stDim:unit="Inch"/>' +
      '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  );
}

interface Spot {
  readonly width: number;
  readonly height: number;
  readonly centre: { readonly x: number; readonly y: number };
  readonly size: { readonly w: number; readonly h: number };
}

/** Where libvips shows the spot once the image is upright. */
async function spotShown(orientation: number): Promise<Spot> {
  const data = Buffer.alloc(STORED.width * STORED.height);
  for (let y = SPOT.top; y < SPOT.top + SPOT.height; y++)
    data.fill(255, y * STORED.width + SPOT.left, y * STORED.width + SPOT.left + SPOT.width);
  const stored = await sharp(data, { raw: { ...STORED, channels: 1 } })
    .withMetadata({ orientation })
    .png()
    .toBuffer();
  const shown = await sharp(stored)
    .autoOrient()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = shown.info;
  const bright = [...shown.data.keys()].filter((index) => shown.data[index]! > 128);
  const [columns, rows] = [
    bright.map((index) => index % width),
    bright.map((index) => Math.floor(index / width)),
  ];
  const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows) + 1];
  const centre = { x: (left + right) / 2, y: (top + bottom) / 2 };
  return { width, height, centre, size: { w: right - left, h: bottom - top } };
}

function prepared(orientation: number, { width, height }: Spot, xmp: Uint8Array, area: readonly number[]) {
  const to = { width: width * FACTOR, height: height * FACTOR };
  const from = { width, height };
  const exif = exifWith(orientation, area);
  return prepareMetadata({ exif, xmp }, { policy: 'all', keepIcc: true, ...to, from }).metadata;
}

function near(value: number): unknown {
  return expect.closeTo(value, 5);
}

/** What exiftool reads of a JPEG with the metadata. */
async function tagsOf(metadata: Parameters<typeof embedMetadata>[2]): Promise<Record<string, unknown>> {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const source = bytesSource(jpeg);
  const file = path.join(temporaryFolder(), 'made.jpg');
  writeFileSync(file, assembleSegments(source, embedMetadata('jpeg', source, metadata).segments));
  const names = ['SubjectArea', 'SubjectLocation', 'Region*', 'MaxPageSize*', 'Orientation'];
  const args = ['-j', '-n', '-G1', '-struct', ...names.map((name) => `-${name}`), file];
  const [tags] = JSON.parse(execFileSync('exiftool', args, { encoding: 'utf8' })) as Record<
    string,
    unknown
  >[];
  return tags ?? {};
}

test.skipIf(!hasExiftool).each([1, 2, 3, 4, 5, 6, 7, 8])(
  'with orientation %i, regions are where the image shows them',
  async (orientation) => {
    const form = orientation % 2 === 0 ? 'attributes' : 'elements';
    const spot = await spotShown(orientation);
    const area = [CENTRE.x, CENTRE.y, SPOT.width, SPOT.height];
    const tags = await tagsOf(prepared(orientation, spot, packet(form), area));
    const { centre, size, width, height } = spot;
    const place = [centre.x * FACTOR, centre.y * FACTOR];
    expect(tags['IFD0:Orientation']).toBe(1);
    expect(tags['ExifIFD:SubjectArea']).toBe([...place, size.w * FACTOR, size.h * FACTOR].join(' '));
    expect(tags['ExifIFD:SubjectLocation']).toBe(place.join(' '));
    expect(tags['XMP-exif:SubjectArea']).toEqual(place);
    expect(tags['XMP-mwg-rs:RegionInfo']).toEqual({
      AppliedToDimensions: { W: width * FACTOR, H: height * FACTOR, Unit: 'pixel' },
      RegionList: [
        {
          Area: {
            X: near(centre.x / width),
            Y: near(centre.y / height),
            W: near(size.w / width),
            H: near(size.h / height),
            Unit: 'normalized',
          },
          Name: 'Ada',
          Type: 'Face',
        },
      ],
    });
    const corner = [
      (centre.x - size.w / 2) / width,
      (centre.y - size.h / 2) / height,
      size.w / width,
      size.h / height,
    ];
    const { Regions } = tags['XMP-MP:RegionInfoMP'] as { Regions: { Rectangle: string }[] };
    expect(Regions[0]?.Rectangle.split(', ').map(Number)).toEqual(corner.map((side) => near(side)));
    expect(tags['XMP-xmpTPg:MaxPageSize']).toEqual({ W: 8.5, H: 11, Unit: 'Inch' });
  },
);

test('regions whose dimensions are those of the upright image are not turned', async () => {
  const spot = await spotShown(6);
  const upright = { width: STORED.height, height: STORED.width };
  const text = utf8Text(prepared(6, spot, packet('attributes', upright), [1, 2]).xmp ?? Uint8Array.of());
  expect(text).toContain(`stDim:w="${20 * FACTOR}" stDim:h="${40 * FACTOR}"`);
  expect(text).toContain(`stArea:x="${CENTRE.x / 40}" stArea:y="${CENTRE.y / 20}"`);
});

test('areas in pixels and circles are scaled; points and others stay the same', () => {
  const change = { from: STORED, to: { width: 120, height: 60 }, orientation: 1 };
  const area = (fields: string): string =>
    utf8Text(scaleXmp(latin1Bytes(`<mwg-rs:Area ${fields}/>`), change)) ?? '';
  expect(area('stArea:x="8" stArea:y="12" stArea:d="4" stArea:unit="pixel"')).toBe(
    '<mwg-rs:Area stArea:x="24" stArea:y="36" stArea:d="12" stArea:unit="pixel"/>',
  );
  const shares = '<mwg-rs:Area stArea:x="0.5000000" stArea:y=".2" stArea:d="0.1" stArea:unit="normalized"/>';
  expect(utf8Text(scaleXmp(latin1Bytes(shares), change))).toBe(shares);
});

test("a sidecar's own orientation turns its regions", () => {
  const own =
    utf8Text(packet('attributes'))?.replace('<rdf:Description ', '<rdf:Description tiff:Orientation="3" ') ??
    '';
  const change = { from: STORED, to: { width: 80, height: 40 } };
  expect(utf8Text(scaleXmp(new TextEncoder().encode(own), change))).toContain(
    'stArea:x="0.8" stArea:y="0.4"',
  );
});

test('a region without content does not end at the next one', () => {
  const area = (x: number): string =>
    `<mwg-rs:Area stArea:x="${x}" stArea:y="8" stArea:w="4" stArea:h="4" stArea:unit="pixel"`;
  const text = `${area(10)}/><other:Area/>${area(30)}></mwg-rs:Area>`;
  const change = { from: STORED, to: { width: 80, height: 40 }, orientation: 1 };
  const scaled = utf8Text(scaleXmp(latin1Bytes(text), change)) ?? '';
  expect([...scaled.matchAll(/stArea:x="(\d+)"/g)].map(([, x]) => x)).toEqual(['20', '60']);
  expect(scaled).toContain('<other:Area/>');
});
