/**
 * @file Entry of the codec thread of a worker or media process. It may import core/api, core/metadata and core/image, and
 * loads a library when its first image comes. A hostile file can stop nothing but this thread.
 */
import { parentPort } from 'node:worker_threads';
import { toErrorDto } from '../../api/errors.ts';
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

async function answer(id: number, task: CodecTask): Promise<void> {
  try {
    const result = await run(task);
    parentPort?.postMessage({ id, result } satisfies CodecReply, memoryOf(result));
  } catch (error) {
    parentPort?.postMessage({ id, error: toErrorDto(error) } satisfies CodecReply);
  }
}

// One after the other: two large images at once would need the memory of both.
let last = Promise.resolve();
parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: CodecTask }) => {
  last = last.then(() => answer(id, task));
});
