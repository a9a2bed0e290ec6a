import { expect, test } from 'vitest';
import { joinBytes, latin1Bytes, uintBytes } from '../../../core/metadata/byteFields.ts';
import { moveMakerNote } from '../../../core/metadata/exif/moveMakerNote.ts';
import { makerNoteBytes, makerNoteOffset, richExif } from './richMetadata.ts';

const exif = richExif('little');
const offset = makerNoteOffset(exif);
const note = makerNoteBytes(exif);
const MOVE = { order: 'little', newOrder: 'little', offset, newOffset: offset + 1000 } as const;
const NEWER_NIKON = joinBytes([latin1Bytes('Nikon\0\x02\x10\0\0MM\0*'), new Uint8Array(20)]);

/** The offsets that a note gives for its two texts. */
function textOffsets(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [2 + 8, 2 + 12 + 8].map((position) => view.getUint32(position, true));
}

test('the offsets of a plain directory move with the note, nothing else changes', () => {
  const moved = moveMakerNote(note, MOVE) ?? new Uint8Array();
  expect(textOffsets(moved)).toEqual(textOffsets(note).map((value) => value + 1000));
  expect(Array.from(moved.keys()).filter((index) => moved[index] !== note[index]).length).toBeLessThanOrEqual(
    8,
  );
});

test("the footer of Canon's notes gives the new offset", () => {
  const footer = (place: number): Uint8Array =>
    joinBytes([latin1Bytes('II*\0'), uintBytes(place, 4, 'little')]);
  const moved = moveMakerNote(joinBytes([note, footer(offset)]), MOVE);
  expect(moved?.subarray(-8)).toEqual(footer(offset + 1000));
});

test('a note with self-contained offsets is moved unchanged', () => {
  expect(moveMakerNote(NEWER_NIKON, { ...MOVE, newOrder: 'big' })).toBe(NEWER_NIKON);
});

test.each([
  { name: 'text', bytes: latin1Bytes('HDRP and more of what is undocumented') },
  { name: 'an empty note', bytes: new Uint8Array() },
  { name: 'a directory that points outside the note', bytes: note.subarray(0, note.length - 1) },
])('$name is not touched', ({ bytes }) => {
  expect(moveMakerNote(bytes, MOVE)).toBeUndefined();
});

test('a note of the other byte order is not touched', () => {
  expect(moveMakerNote(note, { ...MOVE, newOrder: 'big' })).toBeUndefined();
});
