import { EnlargerError } from '../../../api/errors.ts';
import type { Rect } from '../../../api/image.ts';
import { readUint } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { pngChunks } from '../../../metadata/png/pngChunks.ts';

/** A range of the file with compressed pixels. */
interface DataRange {
  readonly start: number;
  readonly end: number;
}

/** A frame of an animated PNG as it is stored (PNG third edition, 11.3.6.2). */
export interface ApngFrame extends Rect {
  readonly delayMs: number;
  /** What happens to the frame's area before the next one. */
  readonly disposal: 'keep' | 'clear' | 'restore';
  /** Whether the frame is blended over the canvas, or replaces it. */
  readonly isBlended: boolean;
  readonly data: readonly DataRange[];
}

export interface Apng {
  readonly width: number;
  readonly height: number;
  /** How often it is played; 0 is for ever. */
  readonly loop: number;
  readonly frames: readonly ApngFrame[];
}

const DISPOSALS = ['keep', 'clear', 'restore'] as const;
const CONTROL_BYTES = 26;
const SEQUENCE_BYTES = 4;
/** What a denominator of 0 stands for. */
const DEFAULT_DENOMINATOR = 100;

function field(bytes: Uint8Array, offset: number, sizeBytes = 4): number {
  return readUint(bytes, { offset, sizeBytes, order: 'big' });
}

function damaged(what: string): EnlargerError {
  return new EnlargerError('image/corrupt', `The animation is damaged: ${what}.`);
}

function readControl(
  bytes: Uint8Array,
  canvas: { readonly width: number; readonly height: number },
): ApngFrame {
  if (bytes.length !== CONTROL_BYTES) throw damaged('a frame control chunk has the wrong length');
  const [width, height, x, y] = [field(bytes, 4), field(bytes, 8), field(bytes, 12), field(bytes, 16)];
  const isInside = width > 0 && height > 0 && x + width <= canvas.width && y + height <= canvas.height;
  const disposal = DISPOSALS[bytes[24] ?? 0];
  if (!isInside) throw damaged('a frame reaches beyond the image');
  if (disposal === undefined) throw damaged('a frame has an unknown disposal');
  const denominator = field(bytes, 22, 2) || DEFAULT_DENOMINATOR;
  const delayMs = Math.round((field(bytes, 20, 2) * 1000) / denominator);
  return { x, y, width, height, delayMs, disposal, isBlended: bytes[25] === 1, data: [] };
}

/**
 * The frames of an animated PNG; undefined for one that is not animated. A default image that is not part of the animation is
 * not among them.
 *
 * @throws EnlargerError `image/corrupt`.
 */
export function readApng(source: ByteSource): Apng | undefined {
  let canvas = { width: 0, height: 0 };
  let loop: number | undefined;
  const frames: (ApngFrame & { data: DataRange[] })[] = [];
  for (const { type, dataStart, dataEnd } of pngChunks(source)) {
    if (type === 'IHDR') {
      const head = source.read(dataStart, dataStart + 8);
      canvas = { width: field(head, 0), height: field(head, 4) };
    } else if (type === 'acTL') loop = field(source.read(dataStart, dataEnd), 4);
    else if (type === 'IDAT') {
      // Without its control chunk in front, an animation cannot follow.
      if (loop === undefined) return undefined;
      frames[0]?.data.push({ start: dataStart, end: dataEnd });
    } else if (type === 'fcTL' && loop !== undefined) {
      const control = source.read(dataStart, Math.min(dataEnd, dataStart + CONTROL_BYTES + 1));
      frames.push({ ...readControl(control, canvas), data: [] });
    } else if (type === 'fdAT') frames.at(-1)?.data.push({ start: dataStart + SEQUENCE_BYTES, end: dataEnd });
  }
  if (loop === undefined || frames.length === 0) return undefined;
  if (frames.some(({ data }) => data.length === 0)) throw damaged('a frame has no pixels');
  return { ...canvas, loop, frames };
}
