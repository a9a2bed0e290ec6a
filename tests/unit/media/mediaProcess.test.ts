import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MediaHandle } from '../../../core/media/mediaLauncher.ts';
import type { FromMedia, ToMedia } from '../../../core/media/mediaMessages.ts';
import type { WorkerExit } from '../../../core/pool/launcher.ts';
import { MediaProcess } from '../../../core/media/mediaProcess.ts';

/** A process that a test controls. */
class ScriptedProcess implements MediaHandle {
  readonly sent: ToMedia[] = [];
  isKilled = false;
  #onMessage: (message: unknown) => void = () => undefined;
  #onExit: ((exit: WorkerExit) => void)[] = [];

  send(message: ToMedia): void {
    this.sent.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#onExit.push(listener);
  }

  kill(): void {
    this.isKilled = true;
    this.die();
  }

  say(message: FromMedia): void {
    this.#onMessage(message);
  }

  die(): void {
    for (const listener of this.#onExit) listener({ how: 'it was ended by SIGSEGV', wasKilled: false });
  }

  /** Files whose thumbnails were requested, in order. */
  get files(): string[] {
    return this.sent.flatMap((message) =>
      message.type === 'run' && message.task.name === 'thumbnail' ? [message.task.input.file] : [],
    );
  }

  finish(file: string): void {
    for (const message of this.sent) {
      if (message.type !== 'run' || message.task.name !== 'thumbnail' || message.task.input.file !== file)
        continue;
      this.say({ type: 'finished', id: message.id, output: { size: { width: 1, height: 1 } } });
    }
  }
}

function makeProcess(): { media: MediaProcess; processes: ScriptedProcess[] } {
  const processes: ScriptedProcess[] = [];
  const launch = (): ScriptedProcess => {
    const started = new ScriptedProcess();
    processes.push(started);
    return started;
  };
  return { media: new MediaProcess({ launch, memoryCeilingBytes: 1_000, idleMs: 60_000 }), processes };
}

function thumbnail(media: MediaProcess, file: string, signal?: AbortSignal): Promise<string> {
  return media.run('thumbnail', { file, target: '' }, signal).then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the process is started by the first task, and two thumbnails are made at once', async () => {
  const { media, processes } = makeProcess();
  expect(processes).toHaveLength(0);
  const all = ['a', 'b', 'c'].map((file) => thumbnail(media, file));
  expect(processes[0]?.files).toEqual(['a', 'b']);
  processes[0]?.finish('a');
  expect(processes[0]?.files).toEqual(['a', 'b', 'c']);
  processes[0]?.finish('b');
  processes[0]?.finish('c');
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
});

test('an image that brings the process down is found by trying each alone; the others are rendered', async () => {
  const { media, processes } = makeProcess();
  const good = thumbnail(media, 'good');
  const bad = thumbnail(media, 'bad');
  processes[0]?.die();
  expect(processes[1]?.files).toEqual(['good']);
  processes[1]?.finish('good');
  expect(processes[1]?.files).toEqual(['good', 'bad']);
  processes[1]?.die();
  expect(await Promise.all([good, bad])).toEqual(['done', 'worker/crashed']);
  const next = thumbnail(media, 'next');
  processes[2]?.finish('next');
  expect(await next).toBe('done');
});

test('a task that takes too long ends its process, and is the only one lost', async () => {
  const { media, processes } = makeProcess();
  const slow = thumbnail(media, 'slow');
  vi.advanceTimersByTime(20_000);
  const other = thumbnail(media, 'other');
  vi.advanceTimersByTime(10_000);
  expect(processes[0]?.isKilled).toBe(true);
  processes[1]?.finish('other');
  expect(await Promise.all([slow, other])).toEqual(['image/timeout', 'done']);
});

test('a process that uses too much memory is replaced', async () => {
  const { media, processes } = makeProcess();
  const greedy = thumbnail(media, 'greedy');
  processes[0]?.say({ type: 'alive', residentBytes: 999 });
  expect(processes).toHaveLength(1);
  processes[0]?.say({ type: 'alive', residentBytes: 1_001 });
  processes[1]?.say({ type: 'alive', residentBytes: 1_001 });
  expect(await greedy).toBe('worker/out-of-memory');
});

test('a task that is no longer needed ends immediately, but keeps its place until the process is done with it', async () => {
  const { media, processes } = makeProcess();
  const stale = new AbortController();
  const first = thumbnail(media, 'first', stale.signal);
  const second = thumbnail(media, 'second');
  const waiting = new AbortController();
  const third = thumbnail(media, 'third', waiting.signal);
  stale.abort();
  waiting.abort();
  expect(await Promise.all([first, third])).toEqual(['job/cancelled', 'job/cancelled']);
  expect(processes[0]?.sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
  const fourth = thumbnail(media, 'fourth');
  expect(processes[0]?.files).toEqual(['first', 'second']);
  processes[0]?.finish('first');
  expect(processes[0]?.files).toEqual(['first', 'second', 'fourth']);
  processes[0]?.finish('second');
  processes[0]?.finish('fourth');
  expect(await Promise.all([second, fourth])).toEqual(['done', 'done']);
});

test('an idle process ends, and is started again when it is needed', async () => {
  const { media, processes } = makeProcess();
  const first = thumbnail(media, 'first');
  processes[0]?.finish('first');
  await first;
  vi.advanceTimersByTime(60_000);
  expect(processes[0]?.sent.at(-1)).toEqual({ type: 'shutdown' });
  processes[0]?.die();
  void thumbnail(media, 'second');
  expect(processes[1]?.files).toEqual(['second']);
});

test('closing cancels running tasks and ends the process', async () => {
  const { media, processes } = makeProcess();
  const running = thumbnail(media, 'running');
  await media.close();
  expect(processes[0]?.isKilled).toBe(true);
  expect(await running).toBe('job/cancelled');
  expect(await thumbnail(media, 'late')).toBe('job/cancelled');
});
