import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { BACKGROUND } from '../../../core/pool/launcher.ts';
import type { EnlargeJob, FromWorker } from '../../../core/pool/messages.ts';
import { parseWorkerMessage } from '../../../core/pool/parseWorkerMessage.ts';
import { modelsFolder, sceneRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { REAL_WORKER, watchedLauncher } from '../../support/workerFaults.ts';

/** A real worker process, its messages, and its exit. */
class Conversation {
  readonly worker;
  readonly heard: FromWorker[] = [];
  readonly ended: Promise<string>;
  #look = (): void => undefined;

  constructor(args: readonly string[] = []) {
    this.worker = watchedLauncher(REAL_WORKER, args).launch();
    this.worker.onMessage((raw) => {
      const message = parseWorkerMessage(raw);
      if (message === undefined) throw new Error(`No message: ${JSON.stringify(raw)}`);
      if (message.type !== 'alive') this.heard.push(message);
      this.#look();
    });
    this.ended = new Promise((resolve) => {
      this.worker.onExit(({ how }) => {
        resolve(how);
      });
    });
  }

  /** Waits for a message that meets a condition, among those after `since` or to come. */
  async until(isIt: (message: FromWorker) => boolean, since = 0): Promise<number> {
    for (;;) {
      const index = this.heard.findIndex((message, at) => at >= since && isIt(message));
      if (index >= 0) return index;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  types(): string[] {
    return this.heard.map((message) => (message.type === 'stage' ? message.stage : message.type));
  }
}

/** 42 tiles of a network. */
function longJob(): EnlargeJob {
  const folder = temporaryFolder();
  return {
    id: 7,
    inputPath: writePng(path.join(folder, 'in.png'), sceneRaster(200, 180)),
    tempPath: path.join(folder, 'made.part'),
    scratchFolder: path.join(folder, 'made.scratch'),
    outputFormat: 'png',
    settings: { ...DEFAULT_JOB_SETTINGS, model: 'fast-x4', tile: 32 },
    modelsFolder,
    threads: 1,
  };
}

test('a worker reports each stage, and exits with 0 on request', async () => {
  const conversation = new Conversation();
  const { worker } = conversation;
  worker.send({ type: 'warm', job: longJob() });
  await conversation.until(({ type }) => type === 'warmed');
  worker.send({ type: 'enlarge', attemptId: 7, job: longJob() });
  await conversation.until(({ type }) => type === 'finished');
  const types = conversation.types();
  const withoutTiles = types.filter((type) => type !== 'progress');
  expect(withoutTiles).toEqual([
    ...['ready', 'warmed'],
    ...['decode', 'wait', 'decode', 'wait', 'load', 'infer', 'encode', 'finished'],
  ]);
  expect(types.length).toBeGreaterThan(withoutTiles.length + 10);
  worker.send({ type: 'shutdown' });
  expect(await conversation.ended).toBe('it ended with exit code 0');
});

test('a paused job stops before the next tile, keeps its place, and continues', async () => {
  const conversation = new Conversation();
  const { worker, heard } = conversation;
  worker.send({ type: 'enlarge', attemptId: 7, job: longJob() });
  const first = await conversation.until(({ type }) => type === 'progress');
  worker.send({ type: 'pause' });
  const paused = await conversation.until(
    (message) => message.type === 'stage' && message.stage === 'wait',
    first,
  );
  const tilesUntilThen = heard.slice(0, paused).filter(({ type }) => type === 'progress').length;
  worker.send({ type: 'resume' });
  const end = await conversation.until(({ type }) => type === 'finished');
  const tiles = heard.flatMap((message) => (message.type === 'progress' ? [message] : []));
  const { tilesTotal } = tiles[0]!;
  // Nothing was done twice, and there was much left to do.
  expect(tiles.map(({ tilesDone }) => tilesDone)).toEqual(
    Array.from({ length: tilesTotal }, (_, i) => i + 1),
  );
  expect([tilesUntilThen < tilesTotal, heard[end]]).toEqual([
    true,
    expect.objectContaining({ result: expect.objectContaining({ tiles: tilesTotal }) as unknown }),
  ]);
});

test('while one image is in the engine, the next one is decoded, in each of several workers', async () => {
  const conversations = [new Conversation(), new Conversation()];
  for (const { worker } of conversations) {
    worker.send({ type: 'enlarge', attemptId: 7, job: longJob() });
    worker.send({ type: 'enlarge', attemptId: 8, job: longJob() });
  }
  for (const conversation of conversations) {
    for (const id of [7, 8]) {
      await conversation.until((message) => message.type === 'finished' && message.attemptId === id);
    }
    const steps = conversation.heard.flatMap((message) => {
      if (message.type === 'stage') return [`${message.attemptId} ${message.stage}`];
      return message.type === 'finished' ? [`${message.attemptId} finished`] : [];
    });
    // Either may be the first at the engine.
    const [first, second] = steps.indexOf('7 infer') < steps.indexOf('8 infer') ? [7, 8] : [8, 7];
    // The second is decoded, and waits, before the first leaves it.
    expect(steps.lastIndexOf(`${second} wait`)).toBeLessThan(steps.indexOf(`${first} encode`));
  }
});

test('a paused job can be cancelled', async () => {
  const conversation = new Conversation();
  const { worker, heard } = conversation;
  worker.send({ type: 'pause' });
  worker.send({ type: 'enlarge', attemptId: 7, job: longJob() });
  await conversation.until((message) => message.type === 'stage' && message.stage === 'infer');
  worker.send({ type: 'cancel', attemptId: 7 });
  const end = await conversation.until(({ type }) => type === 'failed');
  expect(heard[end]).toMatchObject({ error: { code: 'job/cancelled' } });
  expect(conversation.types()).not.toContain('progress');
});

test('a model that cannot be loaded ahead is logged, and does not end the worker', async () => {
  const conversation = new Conversation();
  const job = longJob();
  conversation.worker.send({ type: 'warm', job: { ...job, settings: { ...job.settings, model: 'none' } } });
  await conversation.until(({ type }) => type === 'warmed');
  expect(conversation.heard.at(-2)).toMatchObject({ type: 'log', level: 'warn' });
});

/** Of each of its threads on Linux, where those of Node and of the engine have their own. */
function prioritiesOf(pid: number): number[] {
  const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
  return [...new Set(threads.map((thread) => os.getPriority(thread)))];
}

test('a worker next to a window runs at a lower priority, with its engine; others do not', async () => {
  const [background, usual] = [new Conversation([BACKGROUND]), new Conversation()];
  for (const { worker } of [background, usual])
    worker.send({ type: 'enlarge', attemptId: 7, job: longJob() });
  for (const each of [background, usual]) await each.until(({ type }) => type === 'finished');
  const own = os.getPriority();
  const lower = Math.max(own, os.constants.priority.PRIORITY_BELOW_NORMAL);
  expect(prioritiesOf(background.worker.pid!)).toEqual([lower]);
  expect(prioritiesOf(usual.worker.pid!)).toEqual([own]);
});
