import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readBoxes } from '../../../metadata/heif/boxes.ts';
import { readMetaBox } from '../../../metadata/heif/metaBox.ts';
import type { HeaderFacts } from '../formatDecoder.ts';

const FULL_BOX_BYTES = 4;
const QUARTER_TURNS = 3;

/** A side of the clean aperture (`clap`), stored as a fraction; undefined without one. */
function cleanSide(aperture: Uint8Array | undefined, offset: number): number | undefined {
  if (aperture === undefined || aperture.length < offset + 8) return undefined;
  const part = (at: number): number => readUint(aperture, { offset: at, sizeBytes: 4, order: 'big' });
  const side = Math.round(part(offset) / part(offset + 4));
  return Number.isFinite(side) && side > 0 ? side : undefined;
}

/** The size of a HEIF's primary image by its properties `ispe`, `clap` and `irot` (ISO/IEC 23008-12, 6.5). */
export function heifHeader(source: ByteSource): HeaderFacts | undefined {
  const meta = readMetaBox(source, readBoxes(source, 0, source.sizeBytes));
  if (meta === undefined) return undefined;
  const own = meta.associations.find(({ itemId }) => itemId === meta.primaryItemId)?.properties ?? [];
  const property = (type: string): Uint8Array | undefined => {
    const box = own.map(({ index }) => meta.properties[index - 1]).find((found) => found?.type === type);
    return box && meta.bytes.subarray(box.dataStart, box.end);
  };
  const extent = property('ispe');
  if (extent === undefined || extent.length < FULL_BOX_BYTES + 8) return undefined;
  const side = (offset: number): number => readUint(extent, { offset, sizeBytes: 4, order: 'big' });
  const aperture = property('clap');
  const width = cleanSide(aperture, 0) ?? side(FULL_BOX_BYTES);
  const height = cleanSide(aperture, 8) ?? side(FULL_BOX_BYTES + 4);
  const isTurned = ((property('irot')?.[0] ?? 0) & QUARTER_TURNS) % 2 === 1;
  return { size: isTurned ? { width: height, height: width } : { width, height }, frames: 1 };
}
