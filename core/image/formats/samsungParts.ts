import { latin1Text } from '../../metadata/byteFields.ts';
import type { LeftOutPart } from './leftOut.ts';

const HEAD_BYTES = 12;
const ENTRY_BYTES = 12;
const MAX_ENTRIES = 256;
const MAX_NAME_BYTES = 64;

/** Descriptions of the parts that matter to people, by their names. */
const KINDS: readonly (readonly [RegExp, LeftOutPart])[] = [
  [/^(Dual|Single)Shot_DepthMap/, 'depth'],
  [/^SoundShot_\d/, 'sound'],
  [/^MotionPhoto_Data/, 'film'],
];

/** The names in the directory at the end of the trailer. */
function partNames(trailer: Buffer): string[] {
  const end = trailer.lastIndexOf('SEFT', undefined, 'latin1');
  if (end < 4) return [];
  const start = end - 4 - trailer.readUInt32LE(end - 4);
  if (start < 0 || latin1Text(trailer.subarray(start, start + 4)) !== 'SEFH') return [];
  const listed = Math.floor((end - 4 - start - HEAD_BYTES) / ENTRY_BYTES);
  const names: string[] = [];
  for (let entry = 0; entry < Math.min(listed, MAX_ENTRIES); entry++) {
    // Distances are counted back from the directory.
    const part = start - trailer.readUInt32LE(start + HEAD_BYTES + entry * ENTRY_BYTES + 4);
    if (part < 0) continue;
    const nameBytes = Math.min(trailer.readUInt32LE(part + 4), MAX_NAME_BYTES);
    names.push(latin1Text(trailer.subarray(part + 8, part + 8 + nameBytes)));
  }
  return names;
}

/** Whether the data behind an image are a trailer of Samsung's cameras. */
export function isSamsungTrailer(trailer: Buffer): boolean {
  return partNames(trailer).length > 0;
}

/** What the trailer that Samsung's cameras write behind a JPEG, or into a box of a HEIC, contains apart from the image. */
export function samsungParts(trailer: Buffer): LeftOutPart[] {
  return partNames(trailer).flatMap((name) =>
    KINDS.filter(([sign]) => sign.test(name)).map(([, part]) => part),
  );
}
