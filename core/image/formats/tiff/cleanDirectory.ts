import { joinBytes, uintBytes } from '../../../metadata/byteFields.ts';
import { readEntryValue, type IfdEntry } from '../../../metadata/exif/readIfd.ts';
import { TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';

/** Tags that libtiff needs to decode pixels, and the profile. */
const PIXEL_TAGS = new Set([
  256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325, 332,
  334, 338, 339, 347, 529, 530, 531, 532, 34675,
]);

const ASCII = 2;
const LONG = 4;
const LONG8 = 16;

function textOddity({ source, ifd }: TiffDirectory): boolean {
  return ifd.entries
    .filter(({ type, count }) => type === ASCII && count > 0 && count < 65_536)
    .some((entry) => readEntryValue(source, entry).indexOf(0) !== entry.count - 1);
}

/**
 * How a directory violates the TIFF specification without harm to its pixels; libtiff would refuse it, or warn as it
 * does for damaged pixels.
 */
export function oddities(directory: TiffDirectory): string[] {
  const { ifd, numbers } = directory;
  const tags = ifd.entries.map(({ tag }) => tag);
  const isTiled = tags.includes(TIFF_TAG.tileWidth);
  const orientation = directory.number(TIFF_TAG.orientation, 1);
  const found: readonly (readonly [boolean, string])[] = [
    [ifd.damagedTags.length > 0, `damaged tags (${ifd.damagedTags.slice(0, 5).join(', ')})`],
    [new Set(tags).size < tags.length, 'tags given twice'],
    [tags.some((tag, index) => index > 0 && tag < tags[index - 1]!), 'tags out of order'],
    [!isTiled && numbers(TIFF_TAG.stripByteCounts) === undefined, 'no sizes of strips'],
    [orientation < 1 || orientation > 8, `orientation ${orientation}`],
    [textOddity(directory), 'text without its terminator'],
  ];
  return found.filter(([isFound]) => isFound).map(([, name]) => name);
}

/** Sizes of strips for a file that leaves them out: each ends where the next begins, the last at the end of the file. */
function strippedSizes({ numbers, source }: TiffDirectory): number[] {
  const offsets = numbers(TIFF_TAG.stripOffsets) ?? [];
  return offsets.map((offset, index) => Math.max(0, (offsets[index + 1] ?? source.sizeBytes) - offset));
}

interface CleanEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
}

function cleanEntries(directory: TiffDirectory): CleanEntry[] {
  const { ifd, header, source, number, numbers } = directory;
  const seen = new Set<number>();
  const isKept = ({ tag }: IfdEntry): boolean =>
    PIXEL_TAGS.has(tag) && !seen.has(tag) && seen.add(tag).has(tag);
  const orientation = number(TIFF_TAG.orientation, 1);
  const entries: CleanEntry[] = ifd.entries
    .filter(isKept)
    .filter(({ tag }) => tag !== TIFF_TAG.orientation || (orientation >= 1 && orientation <= 8))
    .map((entry) => ({ ...entry, value: readEntryValue(source, entry) }));
  if (!seen.has(TIFF_TAG.tileWidth) && numbers(TIFF_TAG.stripByteCounts) === undefined) {
    const sizes = strippedSizes(directory);
    const type = header.isBig ? LONG8 : LONG;
    const value = joinBytes(sizes.map((size) => uintBytes(size, header.isBig ? 8 : 4, header.order)));
    const others = entries.filter(({ tag }) => tag !== TIFF_TAG.stripByteCounts);
    return [...others, { tag: TIFF_TAG.stripByteCounts, type, count: sizes.length, value }].sort(
      (a, b) => a.tag - b.tag,
    );
  }
  return entries.sort((a, b) => a.tag - b.tag);
}

/**
 * The file with one clean directory as its only one: the tags of one image's pixels, in order. Pixels stay where they are;
 * the directory goes behind everything else.
 */
export function withCleanDirectory(bytes: Buffer, directory: TiffDirectory): Buffer {
  const { order, isBig } = directory.header;
  const entries = cleanEntries(directory);
  const offsetBytes = isBig ? 8 : 4;
  const start = bytes.length + (-bytes.length & 7);
  const tableBytes = (isBig ? 8 : 2) + entries.length * (isBig ? 20 : 12) + offsetBytes;
  let spare = start + tableBytes;
  const values: Uint8Array[] = [];
  const table = entries.map(({ tag, type, count, value }) => {
    const head = [uintBytes(tag, 2, order), uintBytes(type, 2, order), uintBytes(count, offsetBytes, order)];
    if (value.length <= offsetBytes)
      return joinBytes([...head, value, new Uint8Array(offsetBytes - value.length)]);
    const padded = joinBytes([value, new Uint8Array(-value.length & 7)]);
    values.push(padded);
    spare += padded.length;
    return joinBytes([...head, uintBytes(spare - padded.length, offsetBytes, order)]);
  });
  const parts = [
    uintBytes(entries.length, isBig ? 8 : 2, order),
    ...table,
    new Uint8Array(offsetBytes),
    ...values,
  ];
  const file = Buffer.concat([bytes, new Uint8Array(start - bytes.length), ...parts]);
  file.set(uintBytes(start, offsetBytes, order), isBig ? 8 : 4);
  return file;
}
