import sharp from 'sharp';
import { expect, test } from 'vitest';
import { bareExif } from '../../../core/metadata/exif/bareExif.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { RICH_XMP } from './richMetadata.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const;

test.each(FORMATS)('a %s that sharp wrote with metadata is read as sharp reads it', async (format) => {
  const image = sharp({ create: { width: 9, height: 7, channels: 3, background: '#a52' } })
    .withExif({ IFD0: { Make: 'Maker', Artist: 'Ada' }, IFD2: { ExposureTime: '1/250' } })
    .withXmp(new TextDecoder().decode(RICH_XMP))
    .withIccProfile('p3');
  const file = await image.toFormat(format).toBuffer();
  const seen = await sharp(file).metadata();
  const { metadata, warnings } = readMetadata(format, file);
  expect(warnings).toEqual([]);
  expect(metadata.icc).toEqual(Uint8Array.from(seen.icc ?? []));
  expect(metadata.xmp).toEqual(Uint8Array.from(seen.xmp ?? []));
  expect(metadata.exif).toEqual(format === 'tiff' ? undefined : bareExif(Uint8Array.from(seen.exif ?? [])));
});
