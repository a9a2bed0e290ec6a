import { op, type WasmFunction } from './assemble.ts';

/**
 * Added to a double between 0 and 2³² it leaves the nearest integer in the low bits. Of numbers in the middle it
 * takes the even one; the only such product of a single and 255 or 65535 is half of them, whose upper neighbour is even.
 */
const TO_WHOLE_NUMBER = 2 ** 52;

const PIXELS_AT_ONCE = 4;

const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Locals of the functions that make samples: parameters first. */
const RED = 0;
const GREEN = 1;
const BLUE = 2;
const OUT = 3;
const COUNT = 4;
const PEAK = 5;
const ZERO = 6;
const MAGIC = 7;
const LOW = 8;
const HIGH = 9;

/** A plane's next four values, the lower or the upper two, as integers in the low bits of 64. */
function wholeNumbers(plane: number, half: 'low' | 'high'): number[] {
  const values = [...op.get(plane), ...op.load(0)];
  const both = [...values, ...op.get(plane), ...op.load(0), ...op.shuffle(HIGH_HALF)];
  return [
    ...[...op.get(MAGIC), ...op.get(PEAK), ...op.get(ZERO)],
    ...[...(half === 'low' ? values : both), ...op.promoteLow, ...op.get(PEAK), ...op.f64Mul],
    ...[...op.f64PickLarger, ...op.f64PickSmaller, ...op.f64Add],
  ];
}

/** Two pixels: red in the lowest bits of each half, green and blue above it. */
function twoPixels(half: 'low' | 'high', bits: 8 | 16): number[] {
  const shifted = (plane: number, by: number): number[] => [
    ...wholeNumbers(plane, half),
    ...op.i32Const(by),
    ...op.i64ShiftLeft,
    ...op.or,
  ];
  return [...wholeNumbers(RED, half), ...shifted(GREEN, bits), ...shifted(BLUE, 2 * bits)];
}

function add(local: number, value: number): number[] {
  return [...op.get(local), ...op.i32Const(value), ...op.i32Add, ...op.set(local)];
}

/** Writes four pixels of colour: twelve bytes, or with 16 bits 24. */
function storeColour(bits: 8 | 16): number[] {
  const both = [...op.get(LOW), ...op.get(HIGH)];
  if (bits === 8) {
    const lanes = [0, 1, 2, 8, 9, 10, 16, 17, 18, 24, 25, 26, 0, 0, 0, 0];
    return [...op.get(OUT), ...both, ...op.shuffle(lanes), ...op.store(0)];
  }
  const first = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19];
  const second = [20, 21, 24, 25, 26, 27, 28, 29, 0, 0, 0, 0, 0, 0, 0, 0];
  return [
    ...[...op.get(OUT), ...both, ...op.shuffle(first), ...op.store(0)],
    ...[...op.get(OUT), ...both, ...op.shuffle(second), ...op.store(16)],
  ];
}

/** Writes the colour of four pixels of 8 bits and leaves the fourth byte of each as it is. */
function storeBesideAlpha(): number[] {
  const lanes = [0, 1, 2, 19, 3, 4, 5, 23, 6, 7, 8, 27, 9, 10, 11, 31];
  const packed = [0, 1, 2, 8, 9, 10, 16, 17, 18, 24, 25, 26, 0, 0, 0, 0];
  return [
    ...op.get(OUT),
    ...[...op.get(LOW), ...op.get(HIGH), ...op.shuffle(packed)],
    ...[...op.get(OUT), ...op.load(0), ...op.shuffle(lanes)],
    ...op.store(0),
  ];
}

function samplesFunction(
  name: string,
  bits: 8 | 16,
  { storing, bytes }: { readonly storing: readonly number[]; readonly bytes: number },
): WasmFunction {
  const constants = [
    ...[...op.doubles(2 ** bits - 1), ...op.set(PEAK)],
    ...[...op.doubles(0), ...op.set(ZERO)],
    ...[...op.doubles(TO_WHOLE_NUMBER), ...op.set(MAGIC)],
  ];
  const step = [
    ...[...twoPixels('low', bits), ...op.set(LOW), ...twoPixels('high', bits), ...op.set(HIGH)],
    ...storing,
    ...[RED, GREEN, BLUE].flatMap((plane) => add(plane, 4 * PIXELS_AT_ONCE)),
    ...add(OUT, bytes),
    ...[...op.get(COUNT), ...op.i32Const(-PIXELS_AT_ONCE), ...op.i32Add, ...op.tee(COUNT)],
    ...[...op.i32Const(0), ...op.i32GreaterThan],
  ];
  return { name, parameters: 5, vectors: 5, body: [...constants, ...op.repeatWhile(step)] };
}

/** Adds values to four sums of doubles in memory: every fourth value to the same one. */
function sumsFunction(): WasmFunction {
  const [values, sums, count, first, second] = [0, 1, 2, 3, 4] as const;
  const added = (sum: number, lanes: readonly number[]): number[] => [
    ...op.get(sum),
    ...[...op.get(values), ...op.load(0), ...lanes, ...op.promoteLow, ...op.f64Add],
    ...op.set(sum),
  ];
  const step = [
    ...added(first, []),
    ...added(second, [...op.get(values), ...op.load(0), ...op.shuffle(HIGH_HALF)]),
    ...add(values, 16),
    ...[...op.get(count), ...op.i32Const(-4), ...op.i32Add, ...op.tee(count)],
    ...[...op.i32Const(0), ...op.i32GreaterThan],
  ];
  const body = [
    ...[...op.get(sums), ...op.load(0), ...op.set(first), ...op.get(sums), ...op.load(16), ...op.set(second)],
    ...op.repeatWhile(step),
    ...[
      ...op.get(sums),
      ...op.get(first),
      ...op.store(0),
      ...op.get(sums),
      ...op.get(second),
      ...op.store(16),
    ],
  ];
  return { name: 'addToSums', parameters: 3, vectors: 2, body };
}

/** Adds four rows of bytes to a row of doubles, each with its weight, from the first to the last. */
function addRowsFunction(): WasmFunction {
  const [sums, rows, strideBytes, weights, count] = [0, 1, 2, 3, 4] as const;
  const FOUR = [0, 1, 2, 3];
  const [firstWeight, samples, low, high] = [5, 9, 10, 11] as const;
  const loadWeights = FOUR.flatMap((row) => [
    ...[...op.get(weights), ...op.loadDoubles(8 * row), ...op.set(firstWeight + row)],
  ]);
  const rowAt = (row: number): number[] => [
    ...op.get(rows),
    ...FOUR.slice(0, row).flatMap(() => [...op.get(strideBytes), ...op.i32Add]),
  ];
  const weighted = (row: number, half: readonly number[], sum: number): number[] => [
    ...[...op.get(sum), ...op.get(samples), ...half, ...op.convertLow],
    ...[...op.get(firstWeight + row), ...op.f64Mul, ...op.f64Add, ...op.set(sum)],
  ];
  const upperHalf = [...op.get(samples), ...op.shuffle(HIGH_HALF)];
  const step = [
    ...[...op.get(sums), ...op.load(0), ...op.set(low), ...op.get(sums), ...op.load(16), ...op.set(high)],
    ...FOUR.flatMap((row) => [
      ...[...rowAt(row), ...op.loadFourBytes(0), ...op.extendBytes, ...op.extendWords, ...op.set(samples)],
      ...weighted(row, [], low),
      ...weighted(row, upperHalf, high),
    ]),
    ...[...op.get(sums), ...op.get(low), ...op.store(0), ...op.get(sums), ...op.get(high), ...op.store(16)],
    ...[...add(sums, 32), ...add(rows, 4)],
    ...[...op.get(count), ...op.i32Const(-4), ...op.i32Add, ...op.tee(count)],
    ...[...op.i32Const(0), ...op.i32GreaterThan],
  ];
  return { name: 'addRows', parameters: 5, vectors: 7, body: [...loadWeights, ...op.repeatWhile(step)] };
}

/**
 * The most expensive pixel loops, four pixels at a time. Addresses and counts are in bytes and pixels; counts
 * are rounded up to four, so buffers need room for three pixels more, and 16 bytes after what is written.
 *
 * - `colour8`, `colour16` (red, green, blue, out, count): three planes of floats, 0…1, to interleaved samples, rounded
 *   and clamped; NaN becomes 0.
 * - `colourBesideAlpha8`: the same into pixels of four bytes, whose last is left alone.
 * - `addToSums` (values, sums, count): adds floats to four doubles, round-robin.
 * - `addRows` (sums, rows, stride, weights, count): adds four rows of bytes, each times a double, to doubles.
 */
export const ROW_FUNCTIONS: readonly WasmFunction[] = [
  samplesFunction('colour8', 8, { storing: storeColour(8), bytes: 12 }),
  samplesFunction('colour16', 16, { storing: storeColour(16), bytes: 24 }),
  samplesFunction('colourBesideAlpha8', 8, { storing: storeBesideAlpha(), bytes: 16 }),
  sumsFunction(),
  addRowsFunction(),
];
