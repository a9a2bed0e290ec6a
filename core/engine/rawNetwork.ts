import { EnlargerError } from '../api/errors.ts';
import { TILE_CHANNELS, type FloatTile } from '../tiling/floatTile.ts';
import { InferenceSession, Tensor } from './onnxLoader.ts';
import { sessionOptions } from './onnxRuntime.ts';

/** An unknown network. Whoever opens it disposes of it. */
export interface RawNetwork {
  /**
   * Runs it once, on any size.
   *
   * @throws EnlargerError `engine/run-failed` if it fails or makes something other than an image.
   */
  run(tile: FloatTile): Promise<FloatTile>;
  dispose(): Promise<void>;
}

/** Names of its input and output tensors. */
export interface RawNetworkNames {
  readonly input: string;
  readonly output: string;
}

function reasonOf(error: unknown): string {
  // The runtime's messages end with paths of its source files.
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.slice(0, 300);
}

function failed(reason: string, cause?: unknown): EnlargerError {
  return new EnlargerError('engine/run-failed', reason, {}, { cause });
}

/**
 * Opens a network on the processor.
 *
 * @throws EnlargerError `engine/load-failed`
 */
export async function openRawNetwork(
  onnx: Uint8Array,
  names: RawNetworkNames,
  threads: number,
): Promise<RawNetwork> {
  const session = await InferenceSession.create(onnx, {
    ...sessionOptions('cpu', threads),
    logSeverityLevel: 4,
  }).catch((error: unknown) => {
    throw new EnlargerError('engine/load-failed', reasonOf(error), {}, { cause: error });
  });
  return {
    run: async ({ width, height, data }) => {
      const input = new Tensor('float32', data, [1, TILE_CHANNELS, height, width]);
      const results = await session.run({ [names.input]: input }).catch((error: unknown) => {
        throw failed(reasonOf(error), error);
      });
      const output = results[names.output];
      const [batch, channels, madeHeight = 0, madeWidth = 0, ...more] = output?.dims ?? [];
      const isImage =
        batch === 1 && channels === TILE_CHANNELS && more.length === 0 && madeHeight > 0 && madeWidth > 0;
      if (!isImage || !(output?.data instanceof Float32Array)) {
        throw failed(`it makes ${output?.dims.join(' × ') ?? 'no'} values`);
      }
      return { width: madeWidth, height: madeHeight, data: output.data };
    },
    dispose: () => session.release(),
  };
}
