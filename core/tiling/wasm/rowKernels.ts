import type { ChannelCount, Samples } from '../../api/image.ts';
import { assembleModule } from './assemble.ts';
import { ROW_FUNCTIONS } from './rowFunctions.ts';

interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly colour8: SamplesFunction;
  readonly colour16: SamplesFunction;
  readonly colourBesideAlpha8: SamplesFunction;
  readonly addToSums: (values: number, sums: number, count: number) => void;
  readonly addRows: (sums: number, rows: number, stride: number, weights: number, count: number) => void;
}

type SamplesFunction = (red: number, green: number, blue: number, out: number, count: number) => void;

/** The part of WebAssembly's interface that is used here; this room is compiled without platform types. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: WasmExports };
}

/** Pixels that are in the module's memory at once: few enough to stay in the processor's caches. */
const CHUNK_PX = 4096;

const PLANE_BYTES = 4 * CHUNK_PX;
const OUT_AT = 3 * PLANE_BYTES;
/** Room for pixels of eight bytes, and for what is written beyond the last one. */
const SUMS_AT = OUT_AT + 8 * CHUNK_PX + 64;
const PAGES = Math.ceil((SUMS_AT + 32) / 65_536);

function instantiate(): WasmExports {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  return new Instance(new Module(assembleModule(ROW_FUNCTIONS, PAGES))).exports;
}

const wasm = instantiate();
const planes = [0, 1, 2].map((plane) => new Float32Array(wasm.memory.buffer, plane * PLANE_BYTES, CHUNK_PX));
const bytesOut = new Uint8Array(wasm.memory.buffer, OUT_AT, 4 * CHUNK_PX);
const wordsOut = new Uint16Array(wasm.memory.buffer, OUT_AT, 3 * CHUNK_PX);
const sums = new Float64Array(wasm.memory.buffer, SUMS_AT, 4);
const valuesIn = new Float32Array(wasm.memory.buffer, 0, 3 * CHUNK_PX);

/** Samples of a row that are weighted at once; doubles and bytes share the memory of the planes. */
const WEIGHTED_SAMPLES = CHUNK_PX;
const ROWS_AT = 8 * WEIGHTED_SAMPLES;
const ROWS_AT_ONCE = 4;
const weightedOut = new Float64Array(wasm.memory.buffer, 0, WEIGHTED_SAMPLES);
const rowsIn = new Uint8Array(wasm.memory.buffer, ROWS_AT, ROWS_AT_ONCE * WEIGHTED_SAMPLES);

/** Three planes of floats, 0…1. */
export interface ColourPlanes {
  readonly data: Float32Array;
  /** Values from one plane to the next. */
  readonly planeLength: number;
}

/** Interleaved pixels. */
export interface ColourSamples {
  readonly data: Samples;
  readonly channels: ChannelCount;
}

/** Whether `writeColour` supports this kind of pixels. */
export function writesColour({ data, channels }: ColourSamples): boolean {
  return channels === 3 || (channels === 4 && data instanceof Uint8Array);
}

/**
 * Turns a row of three planes into interleaved colour, rounded and clamped; NaN becomes 0, and alpha is left alone.
 *
 * @param source First value of the red plane.
 * @param target First sample that is written.
 */
export function writeColour(
  from: ColourPlanes,
  to: ColourSamples,
  { source, target, count }: { readonly source: number; readonly target: number; readonly count: number },
): void {
  const { channels } = to;
  const isDeep = to.data instanceof Uint16Array;
  const convert = isDeep ? wasm.colour16 : channels === 4 ? wasm.colourBesideAlpha8 : wasm.colour8;
  const out = isDeep ? wordsOut : bytesOut;
  for (let done = 0; done < count; done += CHUNK_PX) {
    const pixels = Math.min(CHUNK_PX, count - done);
    planes.forEach((plane, index) => {
      const start = source + done + index * from.planeLength;
      plane.set(from.data.subarray(start, start + pixels));
    });
    const start = target + done * channels;
    if (channels === 4) out.set(to.data.subarray(start, start + pixels * channels));
    convert(0, PLANE_BYTES, 2 * PLANE_BYTES, OUT_AT, pixels);
    to.data.set(out.subarray(0, pixels * channels), start);
  }
}

/** The sum of values, in double precision; a single NaN or infinity makes it not finite. */
export function sumOf(values: Float32Array): number {
  const whole = values.length - (values.length % 4);
  sums.fill(0);
  for (let done = 0; done < whole; done += valuesIn.length) {
    const count = Math.min(valuesIn.length, whole - done);
    valuesIn.set(values.subarray(done, done + count));
    wasm.addToSums(0, SUMS_AT, count);
  }
  let [a = 0] = sums;
  const [, b = 0, c = 0, d = 0] = sums;
  for (let index = whole; index < values.length; index++) a += values[index]!;
  return a + b + c + d;
}

/**
 * into = Σ weights[k] · rows[k], in double precision, from the first row to the last.
 *
 * @param rows At least as long as `into`; as many as there are weights.
 */
export function weightRows(rows: readonly Uint8Array[], weights: Float64Array, into: Float64Array): void {
  for (let done = 0; done < into.length; done += WEIGHTED_SAMPLES) {
    const count = Math.min(WEIGHTED_SAMPLES, into.length - done);
    weightedOut.fill(0, 0, count + 3);
    for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
      for (let offset = 0; offset < ROWS_AT_ONCE; offset++) {
        const row = rows[Math.min(first + offset, rows.length - 1)]!;
        rowsIn.set(row.subarray(done, done + count), offset * WEIGHTED_SAMPLES);
        sums[offset] = weights[first + offset] ?? 0;
      }
      wasm.addRows(0, ROWS_AT, WEIGHTED_SAMPLES, SUMS_AT, count);
    }
    into.set(weightedOut.subarray(0, count), done);
  }
}
