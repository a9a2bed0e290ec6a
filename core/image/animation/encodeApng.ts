import { joinBytes, latin1Bytes, uintBytes } from '../../metadata/byteFields.ts';
import { bytesSource } from '../../metadata/byteSource.ts';
import { pngChunk, pngChunks, PNG_SIGNATURE } from '../../metadata/png/pngChunks.ts';
import { sharp } from '../sharpLoader.ts';
import type { FrameStack } from './frames.ts';

const MAX_UINT16 = 65_535;

/** A delay as a fraction of a second whose parts have 16 bits. */
function delayBytes(delayMs: number): Uint8Array {
  const denominator = delayMs <= MAX_UINT16 ? 1000 : 100;
  const numerator = Math.min(MAX_UINT16, Math.round((delayMs * denominator) / 1000));
  return joinBytes([uintBytes(numerator, 2, 'big'), uintBytes(denominator, 2, 'big')]);
}

interface EncodedFrame {
  readonly header: Uint8Array;
  readonly data: readonly Uint8Array[];
}

async function encodeFrame({ width, height, data }: FrameStack, index: number): Promise<EncodedFrame> {
  const frameBytes = width * height * 4;
  const pixels = data.subarray(index * frameBytes, (index + 1) * frameBytes);
  const png = await sharp(pixels, { raw: { width, height, channels: 4 }, limitInputPixels: false })
    .png({ compressionLevel: 6, adaptiveFiltering: true })
    .toBuffer();
  const source = bytesSource(png);
  const chunks = [...pngChunks(source)];
  const dataOf = (wanted: string): Uint8Array[] =>
    chunks
      .filter(({ type }) => type === wanted)
      .map(({ dataStart, dataEnd }) => source.read(dataStart, dataEnd));
  const [header] = dataOf('IHDR');
  if (header === undefined) throw new TypeError('The encoder made a PNG without a header.');
  return { header, data: dataOf('IDAT') };
}

/**
 * Encodes an animation as a PNG (third edition, 4.9): each frame is complete and replaces the one before.
 *
 * @param loop How often it is played; 0 is for ever.
 */
export async function encodeApng(
  stack: FrameStack,
  { delaysMs, loop }: { readonly delaysMs: readonly number[]; readonly loop: number },
): Promise<Buffer> {
  const { width, height, count } = stack;
  const parts: Uint8Array[] = [latin1Bytes(PNG_SIGNATURE)];
  let sequence = 0;
  const nextNumber = (): Uint8Array => uintBytes(sequence++, 4, 'big');
  const area = joinBytes([width, height, 0, 0].map((value) => uintBytes(value, 4, 'big')));
  for (let index = 0; index < count; index++) {
    const { header, data } = await encodeFrame(stack, index);
    if (index === 0) {
      const control = joinBytes([uintBytes(count, 4, 'big'), uintBytes(loop, 4, 'big')]);
      parts.push(pngChunk('IHDR', header), pngChunk('acTL', control));
    }
    // Disposal: keep; blend: replace.
    const frame = [nextNumber(), area, delayBytes(delaysMs[index] ?? 0), Uint8Array.of(0, 0)];
    parts.push(pngChunk('fcTL', joinBytes(frame)));
    for (const piece of data)
      parts.push(index === 0 ? pngChunk('IDAT', piece) : pngChunk('fdAT', joinBytes([nextNumber(), piece])));
  }
  parts.push(pngChunk('IEND', Uint8Array.of()));
  return Buffer.from(joinBytes(parts));
}
