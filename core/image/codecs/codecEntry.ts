/**
 * @file Entry of the codec thread of a worker or media process. It may import core/api, core/metadata and core/image, and
 * loads a library with its first image. A hostile file can stop only this thread.
 */
import os from 'node:os';
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

/**
 * The next image is decoded while a network uses every core. Its threads wait for the slowest of them, so a thread that
 * competes with one of them would slow them all; a little behind them, it uses the time in which they wait for one another.
 */
const BEHIND = 5;

/** Only Linux has a priority for each thread; elsewhere it would be that of the whole worker. */
function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    os.setPriority(Math.min(os.constants.priority.PRIORITY_LOW, os.getPriority() + BEHIND));
  } catch {
    // A system that refuses it decodes as before.
  }
}

stepBack();

parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: CodecTask }) => {
  void answer(id, task);
});
