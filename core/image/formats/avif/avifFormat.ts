import type { ByteSource } from '../../../metadata/byteSource.ts';
import { isPremultiplied } from '../../../metadata/heif/isPremultiplied.ts';
import { unmultiply } from '../../colour/unmultiply.ts';
import { openStrictly } from '../../libvips.ts';
import { rasterFile } from '../../rasterFile.ts';
import { readAsStored } from '../../readAsStored.ts';
import { headText, type DecodeLimits, type FormatDecoder, type InputBytes } from '../formatDecoder.ts';
import { hasAvifBrand, hasHeifBrand } from '../heic/heifBrands.ts';
import { assertCoding, heifCoding } from '../heic/heifCoding.ts';
import { heifColour } from '../heic/heifColour.ts';
import { heifExtras } from '../heic/heifExtras.ts';
import { heifHeader } from '../heic/heifHeader.ts';

const BRAND_AT = 8;
const BRAND_BYTES = 4;

/** libvips does not know the brand of animations, whose first frame is a complete image. */
function withStillBrand(file: InputBytes): Buffer | undefined {
  if (headText(file.source, BRAND_AT, BRAND_AT + BRAND_BYTES) !== 'avis') return undefined;
  const copy = Buffer.from(file.whole());
  copy.write('avif', BRAND_AT, 'latin1');
  return copy;
}

/** Pixels whose colours are not multiplied by alpha: libvips leaves them as they are stored. */
async function withStraightAlpha(bytes: Buffer, limits: DecodeLimits): Promise<Buffer> {
  const { warnings: _, ...image } = await readAsStored(bytes, limits);
  if (image.channels === 2 || image.channels === 4) unmultiply(image.data, image.channels);
  const { icc } = await openStrictly(bytes, limits.maxPixels).metadata();
  return rasterFile(image, { icc });
}

/** Decides by the codec of the pixels if it is known: any HEIF may contain AV1, and brands are sometimes wrong. */
function matches(source: ByteSource): boolean {
  if (!hasHeifBrand(source)) return false;
  const coding = heifCoding(source);
  return coding === 'av01' || (coding !== 'hvc1' && hasAvifBrand(source));
}

export const avifFormat: FormatDecoder = {
  format: 'avif',
  matches,
  header: heifHeader,
  prepare: async (file, limits) => {
    assertCoding(file.source, 'av01');
    const still = withStillBrand(file);
    const isStraight = !isPremultiplied(file.source);
    return {
      bytes: isStraight ? still : await withStraightAlpha(still ?? file.whole(), limits),
      pages: 1, // further images are noted
      colour: heifColour(file.source),
      warnings: heifExtras(file.source),
    };
  },
};
