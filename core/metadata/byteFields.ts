/** Order of the bytes of a number in a file: `little` = least significant first ("II"), `big` = "MM". */
export type ByteOrder = 'little' | 'big';

/** The position and form of an unsigned integer: 1 to 8 bytes. */
export interface UintPlace {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly order: ByteOrder;
}

/**
 * Reads an unsigned integer; one above 2^53 is rounded, which no valid length or offset can reach.
 *
 * Bytes past the end count as 0, so that a read in a damaged file never throws: callers check the lengths.
 */
export function readUint(bytes: Uint8Array, { offset, sizeBytes, order }: UintPlace): number {
  let value = 0;
  for (let index = 0; index < sizeBytes; index += 1) {
    const position = order === 'big' ? index : sizeBytes - 1 - index;
    value = value * 256 + (bytes[offset + position] ?? 0);
  }
  return value;
}

/** Writes an unsigned integer into `bytes`; higher bits than fit are cut off. */
export function writeUint(bytes: Uint8Array, value: number, { offset, sizeBytes, order }: UintPlace): void {
  let rest = value;
  for (let index = 0; index < sizeBytes; index += 1) {
    const position = order === 'little' ? index : sizeBytes - 1 - index;
    bytes[offset + position] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** An unsigned integer as a new array of bytes. */
export function uintBytes(value: number, sizeBytes: number, order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  writeUint(bytes, value, { offset: 0, sizeBytes, order });
  return bytes;
}

/** A copy that shares no memory. `slice` is not enough: that of a Node `Buffer` shares the memory. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** The parts one after the other, in a new array. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** One byte per character; characters must be below U+0100. */
export function latin1Bytes(text: string): Uint8Array {
  return copyBytes(Buffer.from(text, 'latin1'));
}

/** One character per byte, U+0000 to U+00FF. Meant for short fields: names, types, signatures. */
export function latin1Text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** Whether `text`, one byte per character, stands at `offset`. */
export function hasText(bytes: Uint8Array, text: string, offset = 0): boolean {
  if (offset + text.length > bytes.length) {
    return false;
  }
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[offset + index] !== text.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}

/** The text when the bytes are valid UTF-8 (a byte order mark is kept), else undefined. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // decode() throws for bytes that are not UTF-8
  }
}
