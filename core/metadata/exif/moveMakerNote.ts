import { copyBytes, hasText, readUint, writeUint } from '../byteFields.ts';
import type { ByteOrder } from '../byteFields.ts';
import { fieldTypeBytes } from './readIfd.ts';

/** A maker note's old and new position; offsets count from the TIFF header. */
export interface MakerNoteMove {
  readonly order: ByteOrder;
  readonly newOrder: ByteOrder;
  readonly offset: number;
  readonly newOffset: number;
}

/** Notes whose offsets count from their own start: they can be moved anywhere, to a file of either byte order. */
const SELF_CONTAINED = ['FUJIFILM', 'Nikon\0\x02', 'OLYMPUS\0', 'OM SYSTEM\0', 'Apple iOS\0'];

/** The bytes before the directory in notes whose offsets count from the TIFF header; Canon's notes have none. */
const DIRECTORY_HEADS = ['SONY DSC \0\0\0', 'SONY CAM \0\0\0', 'Panasonic\0\0\0', 'Nikon\0\x01\0'];

const ENTRY_BYTES = 12;
const INLINE_BYTES = 4;
const MAX_ENTRIES = 512;
const CANON_FOOTER_BYTES = 8;

/**
 * A maker note for another place in a file, with the offsets of its directory corrected.
 *
 * @returns undefined when the note is of an unknown kind, or its byte order is not that of the new file: it should
 *   then stay as it is, with a warning.
 */
export function moveMakerNote(note: Uint8Array, move: MakerNoteMove): Uint8Array | undefined {
  const stays = move.offset === move.newOffset && move.order === move.newOrder;
  if (stays || SELF_CONTAINED.some((start) => hasText(note, start))) {
    return note;
  }
  const head = DIRECTORY_HEADS.find((start) => hasText(note, start)) ?? '';
  const slots = offsetSlots(note, head.length, move);
  if (slots === undefined || move.order !== move.newOrder) {
    return undefined;
  }
  const moved = copyBytes(note);
  for (const slot of [...slots, ...canonFooterSlot(note, move)]) {
    const offset = readUint(note, { offset: slot, sizeBytes: 4, order: move.order });
    const place = { offset: slot, sizeBytes: 4, order: move.order };
    writeUint(moved, offset - move.offset + move.newOffset, place);
  }
  return moved;
}

/** The positions of the note's offsets; undefined unless every one of them points into the note itself. */
function offsetSlots(
  note: Uint8Array,
  start: number,
  { order, offset }: MakerNoteMove,
): number[] | undefined {
  const count = readUint(note, { offset: start, sizeBytes: 2, order });
  const tableEnd = start + 2 + count * ENTRY_BYTES;
  if (count === 0 || count > MAX_ENTRIES || tableEnd > note.length) {
    return undefined;
  }
  const slots: number[] = [];
  for (let entry = start + 2; entry < tableEnd; entry += ENTRY_BYTES) {
    const typeBytes = fieldTypeBytes(readUint(note, { offset: entry + 2, sizeBytes: 2, order }));
    const sizeBytes = (typeBytes ?? 0) * readUint(note, { offset: entry + 4, sizeBytes: 4, order });
    const valueStart = readUint(note, { offset: entry + 8, sizeBytes: 4, order }) - offset;
    if (typeBytes === undefined) {
      return undefined;
    }
    if (sizeBytes > INLINE_BYTES && (valueStart < tableEnd || valueStart + sizeBytes > note.length)) {
      return undefined;
    }
    if (sizeBytes > INLINE_BYTES) {
      slots.push(entry + 8);
    }
  }
  return slots;
}

/** Canon's notes end with a TIFF header that contains the note's former place, so that readers can correct its offsets. */
function canonFooterSlot(note: Uint8Array, { order, offset }: MakerNoteMove): number[] {
  const footer = note.length - CANON_FOOTER_BYTES;
  const isHeader = hasText(note, order === 'little' ? 'II*\0' : 'MM\0*', footer);
  return footer > 0 && isHeader && readUint(note, { offset: footer + 4, sizeBytes: 4, order }) === offset
    ? [footer + 4]
    : [];
}
