import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readBoxes } from '../../../metadata/heif/boxes.ts';
import { readMetaBox, type MetaBox } from '../../../metadata/heif/metaBox.ts';
import { describeCodePoints, type DescribedColour } from '../../colour/codePoints.ts';

const NCLX = 0x6e636c78;
const PROFILES = [0x70726f66, 0x72494343]; // "prof" and "rICC"

function colourBoxes(meta: MetaBox, item: number): Uint8Array[] {
  const own = meta.associations.find(({ itemId }) => itemId === item)?.properties ?? [];
  return own
    .map(({ index }) => meta.properties[index - 1])
    .filter((property) => property?.type === 'colr')
    .map((property) => meta.bytes.subarray(property!.dataStart, property!.end));
}

/** Those of the primary image; of its first tile, if it has none itself. */
function descriptionsOf(meta: MetaBox): Uint8Array[] {
  const own = colourBoxes(meta, meta.primaryItemId);
  const parts = meta.references.find(
    ({ type, fromItemId }) => type === 'dimg' && fromItemId === meta.primaryItemId,
  );
  const [tile] = parts?.toItemIds ?? [];
  return own.length > 0 || tile === undefined ? own : colourBoxes(meta, tile);
}

/**
 * The colour that the primary image's nclx property describes (ISO/IEC 23008-12, 6.5.5), or undefined without one or if there is a
 * profile, which takes precedence.
 */
export function heifColour(source: ByteSource): DescribedColour | undefined {
  const meta = readMetaBox(source, readBoxes(source, 0, source.sizeBytes));
  if (meta === undefined) return undefined;
  const colours = descriptionsOf(meta);
  const big = (bytes: Uint8Array, offset: number, sizeBytes: number): number =>
    readUint(bytes, { offset, sizeBytes, order: 'big' });
  if (colours.some((bytes) => PROFILES.includes(big(bytes, 0, 4)))) return undefined;
  const nclx = colours.find((bytes) => big(bytes, 0, 4) === NCLX && bytes.length >= 10);
  if (nclx === undefined) return undefined;
  // Decoders widen the range of video by themselves, as a part of their conversion to RGB.
  return describeCodePoints({ primaries: big(nclx, 4, 2), transfer: big(nclx, 6, 2), isFullRange: true });
}
