import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import type { MetadataPolicy } from '../../../core/metadata/prepareMetadata.ts';
import { RICH_IPTC, RICH_XMP, richExif, richMetadata } from './richMetadata.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample } from './sampleImages.ts';
import type { EncodedSample } from './sampleImages.ts';

const ENLARGED = { width: 74, height: 58 };
const hasExiftool = spawnSync('exiftool', ['-ver']).status === 0;
if (!hasExiftool) {
  console.warn('exiftool is not installed: what other programs read in our files is not checked.');
}

type Tags = Readonly<Record<string, unknown>>;
type Order = (typeof ORDERS)[number];

const ORDERS = ['little', 'big'] as const;
const POLICIES = ['all', 'safe'] as const;

const KEPT_BY_SAFE = {
  'IFD0:ImageDescription': 'A lighthouse',
  'IFD0:Make': 'Canon',
  'IFD0:Model': 'Canon EOS 5D Mark II',
  'IFD0:XResolution': 300,
  'IFD0:ModifyDate': '2026:07:01 12:34:56',
  'IFD0:Artist': 'Ada Example',
  'IFD0:Copyright': '(c) Ada Example',
  'ExifIFD:ExposureTime': 0.004,
  'ExifIFD:FNumber': 2.8,
  'ExifIFD:ISO': 400,
  'ExifIFD:ExifImageWidth': 74,
  'ExifIFD:ExifImageHeight': 58,
  'ExifIFD:LensModel': 'EF24-105mm f/4L IS USM',
};
const KEPT_BY_ALL = {
  ...KEPT_BY_SAFE,
  'ExifIFD:UserComment': 'a private remark',
  'ExifIFD:OwnerName': 'Ada Owner',
  'ExifIFD:SerialNumber': 'BODY-4711',
  'GPS:GPSLatitude': 48.2083333333333,
  'XMP-tiff:Orientation': 1,
  'XMP-exif:ExifImageWidth': 74,
  'XMP-exif:ExifImageHeight': 58,
  'XMP-dc:Title': 'Leuchtturm über der Bucht',
};
const MAKER_NOTE = {
  'Canon:CanonImageType': 'Canon EOS 5D Mk II #1',
  'Canon:CanonFirmwareVersion': 'Firmware Version 1.07',
  'Canon:SerialNumber': 4711,
};
const IPTC = { 'IPTC:ObjectName': 'Lighthouse', 'IPTC:Keywords': 'coast' };

/** Tags whose presence would give away what "safe" promises to remove. */
const TELLING_GROUPS =
  /^(GPS|Canon|XMP-\w+|IPTC|IFD1|InteropIFD):|:(OwnerName|\w*SerialNumber|UserComment|ImageUniqueID)$/;

/** exiftool takes longer to start than to read: every file is written first, then all are read at once. */
async function readAllWithExiftool(directory: string): Promise<Map<string, Tags>> {
  for (const order of ORDERS) {
    for (const policy of POLICIES) {
      for (const sample of ENCODED_SAMPLES) {
        const options = { policy, ...ENLARGED, keepIcc: true };
        const { metadata } = prepareMetadata(await richMetadata(order), options);
        const { file } = embedInto(sample.format, await encodeSample(sample, ENLARGED), metadata);
        writeFileSync(join(directory, fileName(sample, policy, order)), file);
      }
    }
  }
  const json = execFileSync('exiftool', ['-json', '-G1', '-n', '-a', '-e', directory], { encoding: 'utf8' });
  const files = JSON.parse(json) as readonly Tags[];
  return new Map(files.map((tags) => [basename(String(tags['SourceFile'])), tags]));
}

function fileName(sample: EncodedSample, policy: MetadataPolicy, order: Order): string {
  return `${policy}-${order}-${sample.name.replaceAll(' ', '-')}.${sample.format}`;
}

/** exiftool 12 does not look into the Exif and GPS directories of a BigTIFF; our own reader does. */
function readable(sample: EncodedSample, tags: Tags): Tags {
  const entries = Object.entries(tags);
  return sample.name === 'BigTIFF'
    ? Object.fromEntries(entries.filter(([name]) => !/^(ExifIFD|GPS|Canon):/.test(name)))
    : tags;
}

describe.skipIf(!hasExiftool)('what exiftool reads', () => {
  let directory = '';
  let tagsByFile = new Map<string, Tags>();
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'metadata-'));
    tagsByFile = await readAllWithExiftool(directory);
  }, 120_000);
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  describe.each(ORDERS)('from a %s-endian original', (order) => {
    test.each(ENCODED_SAMPLES)('a $name keeps everything under "all"', (sample) => {
      const tags = tagsByFile.get(fileName(sample, 'all', order)) ?? {};
      expect(tags).toMatchObject(readable(sample, KEPT_BY_ALL));
      // A TIFF moves the maker note, and ours are little-endian: only there its offsets can be corrected.
      expect(tags).toMatchObject(
        sample.format === 'tiff' && order === 'big' ? {} : readable(sample, MAKER_NOTE),
      );
      expect(tags).toMatchObject(sample.format === 'webp' || sample.format === 'avif' ? {} : IPTC);
      expect(tags['ICC-header:ColorSpaceData']).toBe('RGB ');
      expect(tags['ExifTool:Error'] ?? 'no error').toBe('no error');
      expect(Object.keys(tags).filter((name) => name.startsWith('IFD1:'))).toEqual([]);
    });

    test.each(ENCODED_SAMPLES)('a $name reveals nothing private under "safe"', (sample) => {
      const tags = tagsByFile.get(fileName(sample, 'safe', order)) ?? {};
      expect(tags).toMatchObject(readable(sample, KEPT_BY_SAFE));
      expect(tags['ICC-header:ColorSpaceData']).toBe('RGB ');
      expect(Object.keys(tags).filter((name) => TELLING_GROUPS.test(name))).toEqual([]);
    });
  });
});

test('"safe" leaves no private byte behind, for any reader', () => {
  const exif = richExif('little');
  const original = { exif, xmp: RICH_XMP, iptc: RICH_IPTC };
  const { metadata } = prepareMetadata(original, { policy: 'safe', ...ENLARGED, keepIcc: true });
  const text = Buffer.from(metadata.exif ?? []).toString('latin1');
  const found = [
    'BODY-4711',
    'LENS-0815',
    'Ada Owner',
    'private',
    'Mk II #1',
    'THUMBNAIL',
    '0123456789ABCDEF',
  ].filter((secret) => text.includes(secret));
  expect(found).toEqual([]);
  expect(Object.keys(metadata)).toEqual(['exif']);
});
