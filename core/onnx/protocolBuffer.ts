/** A file that does not follow its format; the message is a clause that names what is wrong. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** The ways in which protocol buffers store a field, without groups, which are obsolete. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Bytes of the longest integer: 64 bits in groups of seven. */
const MAX_VARINT_BYTES = 10;

/** One field of a message: an integer, or the bytes of a string, a list, a nested message or a float. */
export type WireField =
  | { readonly id: number; readonly kind: 'number'; readonly value: bigint }
  | { readonly id: number; readonly kind: 'bytes' | 'fixed'; readonly bytes: Buffer };

function readVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let low = 0;
  const end = Math.min(bytes.length, start + MAX_VARINT_BYTES);
  for (let at = start; at < end; at++) {
    const byte = bytes.readUInt8(at);
    const shift = 7 * (at - start);
    // Nearly all numbers are short and do not need BigInt.
    if (shift < 49) {
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return { value: BigInt(low), end: at + 1 };
    } else return readLongVarint(bytes, start);
  }
  throw new FormatError('the file ends inside a number');
}

function readLongVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  const end = Math.min(bytes.length, start + MAX_VARINT_BYTES);
  for (let at = start; at < end; at++) {
    const byte = bytes.readUInt8(at);
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + 1 };
  }
  throw new FormatError('a number in the file is too long');
}

/**
 * Splits a message into fields, one level deep. The bytes of its fields are views of the message.
 *
 * @throws FormatError
 */
export function readFields(bytes: Buffer): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const id = Number(tag.value >> 3n);
    const wire = Number(tag.value & 7n);
    if (id === 0) throw new FormatError('a field in the file has no number');
    if (wire === WIRE.varint) {
      const { value, end } = readVarint(bytes, tag.end);
      fields.push({ id, kind: 'number', value });
      at = end;
      continue;
    }
    const length = fieldLength(bytes, tag.end, wire);
    if (length.end > bytes.length) throw new FormatError('the file ends inside a field');
    const kind = wire === WIRE.bytes ? 'bytes' : 'fixed';
    fields.push({ id, kind, bytes: bytes.subarray(length.start, length.end) });
    at = length.end;
  }
  return fields;
}

function fieldLength(bytes: Buffer, at: number, wire: number): { start: number; end: number } {
  if (wire === WIRE.fixed32) return { start: at, end: at + 4 };
  if (wire === WIRE.fixed64) return { start: at, end: at + 8 };
  if (wire !== WIRE.bytes) throw new FormatError('the file is not a protocol buffer');
  const { value, end } = readVarint(bytes, at);
  if (value > BigInt(bytes.length)) throw new FormatError('the file ends inside a field');
  return { start: end, end: end + Number(value) };
}

/** Messages, texts and lists with the number `id`, in order. */
export function bytesOf(fields: readonly WireField[], id: number): Buffer[] {
  return fields.flatMap((field) => (field.id === id && field.kind === 'bytes' ? [field.bytes] : []));
}

/** @throws FormatError for a text that is longer than any legitimate name. */
export function textsOf(fields: readonly WireField[], id: number): string[] {
  return bytesOf(fields, id).map((bytes) => {
    if (bytes.length > MAX_TEXT_BYTES) throw new FormatError(`a text in it has ${bytes.length} bytes`);
    return bytes.toString('utf8');
  });
}

const MAX_TEXT_BYTES = 64 * 1024;

/** Integers beyond what a double represents exactly; they mean "to the end" and keep that meaning. */
function clampToSafe(value: bigint): number {
  const signed = BigInt.asIntN(64, value);
  if (signed > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  if (signed < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER;
  return Number(signed);
}

/** A repeated integer: one field each, or all of them packed into one. */
export function integersOf(fields: readonly WireField[], id: number): number[] {
  const numbers: number[] = [];
  for (const field of fields) {
    if (field.id !== id) continue;
    if (field.kind === 'number') numbers.push(clampToSafe(field.value));
    else if (field.kind === 'bytes') {
      for (let at = 0; at < field.bytes.length;) {
        const { value, end } = readVarint(field.bytes, at);
        numbers.push(clampToSafe(value));
        at = end;
      }
    }
  }
  return numbers;
}

/** A repeated float32: one field each, or all of them packed into one. */
export function floatsOf(fields: readonly WireField[], id: number): number[] {
  return decimalsOf(fields, id, 4, (bytes, at) => bytes.readFloatLE(at));
}

/** A repeated float64. */
export function doublesOf(fields: readonly WireField[], id: number): number[] {
  return decimalsOf(fields, id, 8, (bytes, at) => bytes.readDoubleLE(at));
}

function decimalsOf(
  fields: readonly WireField[],
  id: number,
  width: number,
  read: (bytes: Buffer, at: number) => number,
): number[] {
  const numbers: number[] = [];
  for (const field of fields) {
    if (field.id !== id || field.kind === 'number') continue;
    if (field.bytes.length % width !== 0) throw new FormatError('a list of decimal numbers is cut short');
    for (let at = 0; at < field.bytes.length; at += width) numbers.push(read(field.bytes, at));
  }
  return numbers;
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** @param value An integer; negative ones take ten bytes, as the format requires. */
export function numberField(field: number, value: number): Buffer {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer.`);
  return Buffer.concat([varint(field * 8 + WIRE.varint), varint(value)]);
}

export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + WIRE.fixed32), bytes]);
}

export function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + WIRE.bytes), varint(bytes.length), bytes]);
}

export function textField(field: number, text: string): Buffer {
  return bytesField(field, Buffer.from(text, 'utf8'));
}

export function messageField(field: number, ...parts: readonly Buffer[]): Buffer {
  return bytesField(field, Buffer.concat(parts));
}
