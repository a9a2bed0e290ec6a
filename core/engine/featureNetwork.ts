import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';
import { InferenceSession, Tensor } from './onnxLoader.ts';
import { sessionOptions } from './onnxRuntime.ts';

/** `resources/quality/manifest.json`: where the network comes from and how it was calibrated. */
const manifestSchema = z.object({
  schema: z.literal('enlarger.feature-network/1'),
  file: z.string().regex(/^[a-z]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string().min(1),
  depths: z.int().positive(),
});

/** The features at one depth, channel after channel. */
export interface Features {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A network that describes how images look. Whoever loads it disposes of it. */
export interface FeatureNetwork {
  /** @param window Red, green and blue, plane after plane, 0…1. */
  readonly read: (window: {
    readonly width: number;
    readonly height: number;
    readonly data: Float32Array;
  }) => Promise<readonly Features[]>;
  readonly dispose: () => Promise<void>;
}

async function readChecked(folder: string): Promise<{ bytes: Uint8Array; depths: number }> {
  const manifest = manifestSchema.parse(
    JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')),
  );
  const file = path.join(folder, manifest.file);
  const bytes = await readFile(file);
  if (createHash('sha256').update(bytes).digest('hex') === manifest.sha256) {
    return { bytes, depths: manifest.depths };
  }
  const message = `The network ${file} is damaged. Install the program again.`;
  throw new EnlargerError('model/file-damaged', message, { file });
}

/**
 * Loads the network of the feature distance.
 *
 * @param folder With `manifest.json` and the network.
 * @throws EnlargerError `model/file-missing` or `model/file-damaged`.
 */
export async function loadFeatureNetwork(folder: string, threads: number): Promise<FeatureNetwork> {
  const { bytes, depths } = await readChecked(folder).catch((error: unknown) => {
    if (error instanceof EnlargerError) throw error;
    const message = `The network in ${folder} cannot be read. Install the program again.`;
    throw new EnlargerError('model/file-missing', message, { folder }, { cause: error });
  });
  const session = await InferenceSession.create(bytes, sessionOptions('cpu', threads));
  return {
    read: async ({ width, height, data }) => {
      const results = await session.run({ picture: new Tensor('float32', data, [1, 3, height, width]) });
      return Array.from({ length: depths }, (_, depth) => {
        const result = results[`features${depth}`];
        const [, channels = 0, rows = 0, columns = 0] = result?.dims ?? [];
        if (!(result?.data instanceof Float32Array)) throw new TypeError(`no features at depth ${depth}`);
        return { channels, width: columns, height: rows, data: result.data };
      });
    },
    dispose: () => session.release(),
  };
}
