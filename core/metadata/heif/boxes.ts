import { joinBytes, latin1Bytes, latin1Text, readUint, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';

/** One box of an ISO base media file (ISO/IEC 14496-12, 4.2). */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
  /** Whether the box does not contain its size and extends to the end of the file. */
  readonly isOpenEnded: boolean;
}

const MAX_BOXES = 65_536;
const LARGE_SIZE = 1;
const TO_THE_END = 0;

/** The boxes that are complete between `start` and `end`, up to the first damaged one. */
export function readBoxes(source: ByteSource, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  let offset = start;
  while (offset + 8 <= end && boxes.length < MAX_BOXES) {
    const head = source.read(offset, Math.min(end, offset + 16));
    const shortSize = readUint(head, { offset: 0, sizeBytes: 4, order: 'big' });
    const headBytes = shortSize === LARGE_SIZE ? 16 : 8;
    const isOpenEnded = shortSize === TO_THE_END;
    const sizeBytes =
      shortSize === LARGE_SIZE ? readUint(head, { offset: 8, sizeBytes: 8, order: 'big' }) : shortSize;
    const boxEnd = isOpenEnded ? end : offset + sizeBytes;
    if (boxEnd < offset + headBytes || boxEnd > end) {
      return boxes;
    }
    const type = latin1Text(head.subarray(4, 8));
    boxes.push({ type, start: offset, dataStart: offset + headBytes, end: boxEnd, isOpenEnded });
    offset = boxEnd;
  }
  return boxes;
}

/** A whole box. */
export function boxBytes(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(data);
  return joinBytes([uintBytes(8 + body.length, 4, 'big'), latin1Bytes(type), body]);
}

/** A whole box that starts with a version and flags (ISO/IEC 14496-12, 4.2.2). */
export function fullBoxBytes(
  type: string,
  { version, flags }: { readonly version: number; readonly flags: number },
  ...data: readonly Uint8Array[]
): Uint8Array {
  return boxBytes(type, uintBytes(version, 1, 'big'), uintBytes(flags, 3, 'big'), ...data);
}
