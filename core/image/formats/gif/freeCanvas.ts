import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { BLOCK, walkBlocks } from './gifBlocks.ts';

const GRAPHIC_CONTROL = 0xf9;
const TRANSPARENT_FLAG = 1;

/** A frame of one transparent pixel. */
const CLEAR_FRAME = Uint8Array.of(
  ...[0x21, GRAPHIC_CONTROL, 4, TRANSPARENT_FLAG, 0, 0, 0, 0],
  ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0],
  ...[2, 2, 0x44, 1, 0],
);

/**
 * Whether the first frame leaves a part of the canvas free although no frame has transparent pixels: it is transparent in
 * viewers.
 */
export function leavesCanvasFree(source: ByteSource): boolean {
  const bytes = source.read(0, 10);
  const side = (at: Uint8Array, offset: number): number =>
    readUint(at, { offset, sizeBytes: 2, order: 'little' });
  let hasTransparency = false;
  let covered: boolean | undefined;
  walkBlocks(source, Infinity, (kind, offset) => {
    const head = source.read(offset, offset + 10);
    if (kind === BLOCK.extension && head[1] === GRAPHIC_CONTROL)
      hasTransparency ||= (head[3]! & TRANSPARENT_FLAG) !== 0;
    if (kind !== BLOCK.image) return;
    const isAtCorner = side(head, 1) === 0 && side(head, 3) === 0;
    covered ??= isAtCorner && side(head, 5) >= side(bytes, 6) && side(head, 7) >= side(bytes, 8);
  });
  return covered === false && !hasTransparency;
}

/**
 * The file with a transparent frame behind all others. libvips gives a GIF transparency only if one of its frames has
 * transparent pixels; otherwise free parts of the canvas become black.
 */
export function withClearFrame(bytes: Buffer, source: ByteSource): Buffer {
  const { endAt } = walkBlocks(source);
  return Buffer.concat([bytes.subarray(0, endAt), CLEAR_FRAME, Uint8Array.of(BLOCK.trailer)]);
}
