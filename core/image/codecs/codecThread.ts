import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EnlargerError, fromErrorDto } from '../../api/errors.ts';
import { Sequencer } from '../../api/sequencer.ts';
import { damagedImage } from '../formats/damagedImage.ts';
import type { CodecReply, CodecResult, CodecTask, DecodedImage } from './codecMessages.ts';

/** Longer than the slowest valid image takes; a thread that exceeds it is in a loop. */
const TIMEOUT_MS = 120_000;

/** WebAssembly never gives memory back, so an idle thread ends. */
const IDLE_MS = 20_000;

/** The compiled entry. Tests run from source, which a thread cannot do in Node 20. */
function entryFile(): string {
  const beside = fileURLToPath(new URL('codecEntry.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/core/image/codecs/codecEntry.js', import.meta.url));
}

interface Waiting {
  readonly resolve: (result: CodecResult) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One thread for the codecs that are WebAssembly: it starts with the first task, and ends when it is idle. */
class CodecThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;
  readonly #tasks = new Sequencer();
  readonly #waiting = new Map<number, Waiting>();

  /** One task after the other: two large images at once would need the memory of both. */
  run(task: CodecTask): Promise<CodecResult> {
    return this.#tasks.run(() => this.#perform(task));
  }

  #perform(task: CodecTask): Promise<CodecResult> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const message = `The image could not be decoded or encoded within ${TIMEOUT_MS / 1000} s.`;
        this.#end(new EnlargerError('image/timeout', message));
      }, TIMEOUT_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ id, task });
    });
  }

  #start(): Worker {
    // A separate environment: ours restricts libvips to what sharp needs.
    const worker = new Worker(entryFile(), { env: {}, stdout: true, stderr: true });
    worker.unref();
    worker.on('message', (reply: CodecReply) => {
      this.#settle(reply);
    });
    const failed = (reason: string): void => {
      if (this.#worker !== worker) return;
      this.#end(damagedImage(reason));
    };
    worker.on('error', (error) => {
      failed(error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', (code) => {
      failed(`it ended with code ${code}`);
    });
    return worker;
  }

  #settle(reply: CodecReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    clearTimeout(waiting?.timer);
    if (!('error' in reply)) waiting?.resolve(reply.result);
    else {
      if (reply.isBroken) this.#end(new Error('broken'));
      waiting?.reject(fromErrorDto(reply.error));
    }
    this.#idle = setTimeout(() => {
      this.#end(new Error('idle'));
    }, IDLE_MS).unref();
  }

  /** Ends the thread; all its tasks fail. The next task starts a new one. */
  #end(error: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
    void worker?.terminate();
  }
}

const thread = new CodecThread();

/** @throws EnlargerError `image/…`. */
export async function decodeInThread(
  task: Exclude<CodecTask, { kind: 'encode-jxl' }>,
): Promise<DecodedImage> {
  const result = await thread.run(task);
  if (result.kind !== 'decoded') throw new TypeError('The codec thread returned the result of another task.');
  return result.decoded;
}

/** @throws EnlargerError `image/…` or `engine/…`. */
export async function encodeInThread(task: Extract<CodecTask, { kind: 'encode-jxl' }>): Promise<Uint8Array> {
  const result = await thread.run(task);
  if (result.kind !== 'encoded') throw new TypeError('The codec thread returned the result of another task.');
  return result.bytes;
}
