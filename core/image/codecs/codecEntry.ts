/**
 * @file Entry of the codec thread of a worker or media process. It may import core/api, core/metadata and core/image, and
 * loads a library with its first image. A hostile file can stop only this thread.
 */
import { parentPort } from 'node:worker_threads';
import { EnlargerError, toErrorDto } from '../../api/errors.ts';
import { damagedImage } from '../formats/damagedImage.ts';
import { BrokenLibraryError } from './brokenLibraryError.ts';
import type { CodecReply, CodecResult, CodecTask } from './codecMessages.ts';

async function run(task: CodecTask): Promise<CodecResult> {
  switch (task.kind) {
    case 'decode-heic': {
      const { decodeHeic } = await import('./heifLibrary.ts');
      return { kind: 'decoded', decoded: await decodeHeic(task.bytes, task.maxPixels) };
    }
    case 'decode-jxl': {
      const { decodeJxl } = await import('./jxlLibrary.ts');
      return { kind: 'decoded', decoded: await decodeJxl(task.bytes, task.maxPixels) };
    }
    case 'encode-jxl': {
      const { encodeJxl } = await import('./jxlLibrary.ts');
      return { kind: 'encoded', bytes: await encodeJxl(task) };
    }
  }
}

function memoryOf(result: CodecResult): ArrayBuffer[] {
  const bytes = result.kind === 'encoded' ? result.bytes : result.decoded.image.data;
  return bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}

/**
 * A failure as one of the program's errors. Unless the library reported the error itself, its memory is in an
 * unknown state: after a trap, an abort, or a lack of memory.
 */
function failureOf(error: unknown): Pick<Extract<CodecReply, { error: unknown }>, 'error' | 'isBroken'> {
  if (error instanceof BrokenLibraryError) return { error: toErrorDto(error.reason), isBroken: true };
  if (error instanceof EnlargerError) return { error: toErrorDto(error), isBroken: false };
  const text = error instanceof Error ? error.message : String(error);
  return { error: toErrorDto(damagedImage(text)), isBroken: true };
}

async function answer(id: number, task: CodecTask): Promise<void> {
  try {
    const result = await run(task);
    parentPort?.postMessage({ id, result } satisfies CodecReply, memoryOf(result));
  } catch (error) {
    parentPort?.postMessage({ id, ...failureOf(error) } satisfies CodecReply);
  }
}

parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: CodecTask }) => {
  void answer(id, task);
});
