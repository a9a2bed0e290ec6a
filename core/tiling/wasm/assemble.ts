/** A function of a module: its name outside, its parameters (all `i32`), the 128-bit locals after them, and its body. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly vectors: number;
  readonly body: readonly number[];
}

const I32 = 0x7f;
const V128 = 0x7b;
const SIMD = 0xfd;
const FUNCTION_TYPE = 0x60;
const NO_RESULT = 0x40;
const END = 0x0b;

/** An unsigned number in LEB128, seven bits to a byte. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** A signed number in LEB128. */
function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

function simd(opcode: number, ...operands: number[]): number[] {
  return [SIMD, ...unsigned(opcode), ...operands];
}

/** Unaligned access at an address from the stack, plus a constant. */
function memoryOperand(offset: number): number[] {
  return [0, ...unsigned(offset)];
}

function doubleBytes(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return Array.from({ length: 8 }, (_, index) => view.getUint8(index));
}

/** Instructions by their names in the WebAssembly specification; each returns its bytes. */
export const op = {
  get: (local: number): number[] => [0x20, ...unsigned(local)],
  set: (local: number): number[] => [0x21, ...unsigned(local)],
  tee: (local: number): number[] => [0x22, ...unsigned(local)],
  i32Const: (value: number): number[] => [0x41, ...signed(value)],
  i32Add: [0x6a],
  i32GreaterThan: [0x4a],
  /** Runs `body` at least once, and again as long as it leaves something other than 0 on the stack. */
  repeatWhile: (body: readonly number[]): number[] => [0x03, NO_RESULT, ...body, 0x0d, 0, END],
  load: (offset: number): number[] => simd(0x00, ...memoryOperand(offset)),
  /** Four bytes; the rest is zero. */
  loadFourBytes: (offset: number): number[] => simd(0x5c, ...memoryOperand(offset)),
  /** One double in both halves. */
  loadDoubles: (offset: number): number[] => simd(0x0a, ...memoryOperand(offset)),
  store: (offset: number): number[] => simd(0x0b, ...memoryOperand(offset)),
  /** A constant with two equal doubles. */
  doubles: (value: number): number[] => [0x44, ...doubleBytes(value), ...simd(0x14)],
  /** Picks 16 bytes out of two vectors: 0…15 from the first, 16…31 from the second. */
  shuffle: (lanes: readonly number[]): number[] => simd(0x0d, ...lanes),
  or: simd(0x50),
  /** The first two floats as doubles. */
  promoteLow: simd(0x5f),
  /** The first eight bytes as 16-bit numbers. */
  extendBytes: simd(0x89),
  /** The first four 16-bit numbers as 32-bit ones. */
  extendWords: simd(0xa9),
  /** The first two 32-bit numbers as doubles. */
  convertLow: simd(0xfe),
  i64ShiftLeft: simd(0xcb),
  f64Add: simd(0xf0),
  f64Mul: simd(0xf2),
  /** The second where it is smaller, else the first; so a NaN in the second gives the first. */
  f64PickSmaller: simd(0xf6),
  /** The second where it is larger, else the first; so a NaN in the second gives the first. */
  f64PickLarger: simd(0xf7),
} as const;

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...Array.from(text, (letter) => letter.charCodeAt(0))];
}

function code({ vectors, body }: WasmFunction): number[] {
  const locals = vectors === 0 ? [0] : [1, ...unsigned(vectors), V128];
  const content = [...locals, ...body, END];
  return [...unsigned(content.length), ...content];
}

/**
 * The bytes of a WebAssembly module.
 *
 * @param pages Of 64 kB: the module's memory, which it exports as `memory`.
 */
export function assembleModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    FUNCTION_TYPE,
    ...unsigned(parameters),
    ...new Array<number>(parameters).fill(I32),
    0,
  ]);
  const exported = functions.map((each, index) => [...name(each.name), 0x00, ...unsigned(index)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0x00, ...unsigned(pages)]]),
    ...section(7, [[...name('memory'), 0x02, 0], ...exported]),
    ...section(10, functions.map(code)),
  ]);
}
