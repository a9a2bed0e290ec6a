import { latin1Text, readUint } from '../../../metadata/byteFields.ts';
import { findEntry } from '../../../metadata/exif/readIfd.ts';
import { LEFT_OUT } from '../leftOut.ts';
import { isMask, type TiffDirectory } from './tiffDirectory.ts';

/** Photoshop's data in a TIFF: its name, then blocks of a signature, a key and a size. */
const IMAGE_SOURCE_DATA = 37724;
const NAME_BYTES = 36;
const BLOCK_HEAD_BYTES = 12;
const MAX_BLOCKS = 64;

/** The keys of layers with samples of 8, 16 and 32 bits; a little-endian file turns them round. */
const LAYER_KEYS = ['Layr', 'Lr16', 'Lr32', 'ryaL', '61rL', '23rL'];

/** A block of layers begins with their count, negative if the first one's alpha is the image's. */
const COUNT_BYTES = 2;

function hasLayers({ ifd, header, source }: TiffDirectory): boolean {
  const entry = findEntry(ifd, IMAGE_SOURCE_DATA);
  if (entry === undefined) return false;
  const end = entry.valueOffset + entry.sizeBytes;
  let offset = entry.valueOffset + NAME_BYTES;
  for (let block = 0; block < MAX_BLOCKS && offset + BLOCK_HEAD_BYTES <= end; block++) {
    const head = source.read(offset, offset + BLOCK_HEAD_BYTES + COUNT_BYTES);
    const number = (at: number, bytes: number): number =>
      readUint(head, { offset: at, sizeBytes: bytes, order: header.order });
    const sizeBytes = number(8, 4);
    const isOfLayers = LAYER_KEYS.includes(latin1Text(head.subarray(4, 8))) && sizeBytes > COUNT_BYTES;
    if (isOfLayers && number(BLOCK_HEAD_BYTES, COUNT_BYTES) !== 0) return true;
    offset += BLOCK_HEAD_BYTES + Math.ceil(sizeBytes / 4) * 4;
  }
  return false;
}

/** Sentences on what a TIFF contains apart from a page: layers, and masks in separate directories. */
export function tiffExtras(page: TiffDirectory, all: readonly TiffDirectory[]): string[] {
  const hasMask = all.some((one) => one !== page && isMask(one));
  return [...(hasLayers(page) ? [LEFT_OUT.layers] : []), ...(hasMask ? [LEFT_OUT.mask] : [])];
}
