import { readUint } from '../byteFields.ts';

/** Reads big-endian fields one after the other; past the end they are 0 and `isPastEnd` is true. */
export class FieldCursor {
  readonly bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  get isPastEnd(): boolean {
    return this.offset > this.bytes.length;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  uint(sizeBytes: number): number {
    const value = readUint(this.bytes, { offset: this.offset, sizeBytes, order: 'big' });
    this.offset += sizeBytes;
    return value;
  }

  /** Text up to a zero byte, or to the end. */
  text(): string {
    const end = this.bytes.indexOf(0, this.offset);
    const text = this.bytes.subarray(this.offset, end < 0 ? this.bytes.length : end);
    this.offset = end < 0 ? this.bytes.length : end + 1;
    return new TextDecoder('latin1').decode(text);
  }
}
