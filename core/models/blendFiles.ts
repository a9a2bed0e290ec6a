import { EnlargerError } from '../api/errors.ts';
import { readOnnx } from './onnxFile.ts';

const FLOAT_BYTES = 4;

/** A run of 32-bit numbers in a file. */
interface Run {
  readonly byteOffset: number;
  readonly count: number;
}

function sameForm(name: string, reason: string): EnlargerError {
  const message = `${name} cannot be mixed with that of another network: ${reason}.`;
  return new EnlargerError('model/invalid-manifest', message, { file: name });
}

/** The weights of an ONNX file by name and shape, so that two files of one form have equal lists. */
function weightRuns(file: Uint8Array): { form: string; run: Run }[] {
  return [...readOnnx(file).weights.values()].map(({ name, shape, data, byteOffset }) => ({
    form: `${name} of ${shape.join(' × ')}`,
    run: { byteOffset, count: data.length },
  }));
}

function runsOf(name: string, file: Uint8Array, other: Uint8Array): readonly (readonly [Run, Run])[] {
  if (!name.endsWith('.onnx')) {
    if (file.length !== other.length) throw sameForm(name, 'the sizes differ');
    const whole = { byteOffset: 0, count: file.length / FLOAT_BYTES };
    return [[whole, whole]];
  }
  const [runs, otherRuns] = [weightRuns(file), weightRuns(other)];
  const forms = [runs, otherRuns].map((each) => each.map(({ form }) => form).join(', '));
  if (forms[0] !== forms[1]) throw sameForm(name, 'the weights have other names or shapes');
  return runs.map(({ run }, index) => [run, otherRuns[index]!.run]);
}

function blendFloats(name: string, file: Uint8Array, other: Uint8Array, strength: number): Uint8Array {
  const mixed = Uint8Array.from(file);
  const target = new DataView(mixed.buffer);
  const faithful = new DataView(other.buffer, other.byteOffset, other.byteLength);
  for (const [to, from] of runsOf(name, file, other)) {
    for (let index = 0; index < to.count; index++) {
      const [at, fromAt] = [to.byteOffset + index * FLOAT_BYTES, from.byteOffset + index * FLOAT_BYTES];
      // Equal bits are kept: TensorFlow.js' weights also contain integers that belong to the graph and are not learned.
      if (target.getUint32(at, true) === faithful.getUint32(fromAt, true)) continue;
      const value =
        strength * target.getFloat32(at, true) + (1 - strength) * faithful.getFloat32(fromAt, true);
      target.setFloat32(at, value, true);
    }
  }
  return mixed;
}

/**
 * Mixes the weights of two networks of the same form, as ESRGAN's network interpolation does.
 *
 * @param files By name; a `.json` file is a graph and must be the same in both.
 * @param strength Share of `files`, 0…1; the rest is the share of `faithful`.
 * @throws EnlargerError `model/invalid-manifest` if the two differ in form.
 */
export function blendFiles(
  files: ReadonlyMap<string, Uint8Array>,
  faithful: ReadonlyMap<string, Uint8Array>,
  strength: number,
): ReadonlyMap<string, Uint8Array> {
  const mixed = new Map<string, Uint8Array>();
  for (const [name, file] of files) {
    const other = faithful.get(name);
    if (other === undefined) throw sameForm(name, 'it has no such file');
    const isGraph = name.endsWith('.json');
    if (isGraph && !Buffer.from(file).equals(other)) throw sameForm(name, 'the graphs differ');
    mixed.set(name, isGraph ? file : blendFloats(name, file, other, strength));
  }
  return mixed;
}
