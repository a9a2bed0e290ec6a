import { joinBytes, readUint, uintBytes, writeUint } from '../byteFields.ts';

const BLOCK_BYTES = 64;
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const SINES = Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));

/**
 * The MD5 digest (RFC 1321) as 32 upper-case hexadecimal digits: the name that XMP part 3 demands for an extended
 * packet. It protects nothing here.
 */
export function md5Hex(bytes: Uint8Array): string {
  const zeros = (2 * BLOCK_BYTES - 9 - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES;
  const padded = joinBytes([
    bytes,
    Uint8Array.of(0x80),
    new Uint8Array(zeros),
    uintBytes(bytes.length * 8, 8, 'little'),
  ]);
  let state: readonly number[] = START;
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) {
    state = addBlock(state, padded.subarray(offset, offset + BLOCK_BYTES));
  }
  const digest = new Uint8Array(16);
  for (const [index, word] of state.entries()) {
    writeUint(digest, word, { offset: index * 4, sizeBytes: 4, order: 'little' });
  }
  return Buffer.from(digest).toString('hex').toUpperCase();
}

function addBlock(state: readonly number[], block: Uint8Array): number[] {
  const words = Array.from({ length: 16 }, (_, index) =>
    readUint(block, { offset: index * 4, sizeBytes: 4, order: 'little' }),
  );
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step += 1) {
    const round = Math.floor(step / 16);
    const { mixed, wordIndex } = mix(round, step, { b, c, d });
    const shift = SHIFTS[round]?.[step % 4] ?? 0;
    const sum = (a + mixed + (SINES[step] ?? 0) + (words[wordIndex] ?? 0)) | 0;
    const rotated = (sum << shift) | (sum >>> (32 - shift));
    [a, d, c, b] = [d, c, b, (b + rotated) | 0];
  }
  return [a, b, c, d].map((word, index) => (word + (state[index] ?? 0)) >>> 0);
}

function mix(
  round: number,
  step: number,
  { b, c, d }: { b: number; c: number; d: number },
): { mixed: number; wordIndex: number } {
  switch (round) {
    case 0:
      return { mixed: (b & c) | (~b & d), wordIndex: step };
    case 1:
      return { mixed: (d & b) | (~d & c), wordIndex: (5 * step + 1) % 16 };
    case 2:
      return { mixed: b ^ c ^ d, wordIndex: (3 * step + 5) % 16 };
    default:
      return { mixed: c ^ (b | ~d), wordIndex: (7 * step) % 16 };
  }
}
