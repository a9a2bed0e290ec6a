import { EnlargerError } from '../api/errors.ts';
import type { ModelManifest } from './manifest.ts';

const FLOAT_BYTES = 4;

/**
 * Scales what a network adds to an interpolation of the image: the output moves towards the interpolation in proportion.
 *
 * @param files By name.
 * @param residual Where the weights of the last convolution are, from the manifest.
 * @param strength 0…1; 0 leaves the interpolation only.
 * @throws EnlargerError `model/invalid-manifest` if the weights are outside their file.
 */
export function scaleResidual(
  files: ReadonlyMap<string, Uint8Array>,
  residual: NonNullable<ModelManifest['residual']>,
  strength: number,
): ReadonlyMap<string, Uint8Array> {
  const scaled = new Map([...files].map(([name, file]) => [name, Uint8Array.from(file)]));
  for (const { path, byteOffset, count } of residual) {
    const file = scaled.get(path);
    // The other engine's files are not read.
    if (file === undefined) continue;
    if (byteOffset + count * FLOAT_BYTES > file.length) {
      const message = `The residual weights of ${path} end at ${byteOffset + count * FLOAT_BYTES}, after the file's end.`;
      throw new EnlargerError('model/invalid-manifest', message, { file: path });
    }
    const values = new DataView(file.buffer, file.byteOffset + byteOffset, count * FLOAT_BYTES);
    for (let at = 0; at < values.byteLength; at += FLOAT_BYTES) {
      values.setFloat32(at, strength * values.getFloat32(at, true), true);
    }
  }
  return scaled;
}
