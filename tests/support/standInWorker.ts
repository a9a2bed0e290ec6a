/**
 * @file A worker process without an engine, whose job's input decides how it fails: the first word of the
 * file's name, and `-once` where only the first attempt does.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EnlargeResult, FromWorker, ToWorker } from '../../core/pool/messages.ts';

const RESULT: EnlargeResult = { kind: 'large-enough', input: { width: 1, height: 1 } };
const LEAK_STEP_BYTES = 5 * 1024 * 1024;
const LEAK_STEP_MS = 100;

const leaked: Buffer[] = [];

function send(message: FromWorker): void {
  process.send?.(message);
}

type Task = Extract<ToWorker, { readonly type: 'enlarge' }>;

function finish({ attemptId }: Task): void {
  send({ type: 'finished', attemptId, result: RESULT });
}

/** 50 MB a second, outside the JavaScript heap, as native code leaks. */
function leak(): void {
  setInterval(() => leaked.push(Buffer.alloc(LEAK_STEP_BYTES, 1)), LEAK_STEP_MS);
}

function loopForEver(): never {
  for (;;);
}

const FAULTS: Readonly<Record<string, (task: Task) => void>> = {
  well: (task) => {
    setTimeout(finish, 20, task);
  },
  slow: (task) => {
    setTimeout(finish, 500, task);
  },
  sigkill: () => process.kill(process.pid, 'SIGKILL'),
  sigsegv: () => process.kill(process.pid, 'SIGSEGV'),
  sigabrt: () => process.kill(process.pid, 'SIGABRT'),
  exit: () => process.exit(0),
  loop: loopForEver,
  sleep: () => undefined,
  garbage: () => process.send?.('Segmentation fault'),
  huge: () => process.send?.({ type: 'log', level: 'info', text: new Uint8Array(100e6), values: {} }),
  stop: (task) => {
    process.kill(process.pid, 'SIGSTOP');
    // Runs once it may continue, if it is still alive.
    finish(task);
  },
  /** Needs too much memory until its tiles are halved. */
  hungry: (task) => {
    if (task.job.settings.tile === 'auto') leak();
    else finish(task);
  },
  /** Is done, but the process leaks from now on. */
  taint: (task) => {
    leak();
    finish(task);
  },
};

function run(task: Task): void {
  const { attemptId, job } = task;
  const [fault = '', times] = path.basename(job.inputPath).split(/[-.]/);
  send({ type: 'stage', attemptId, stage: 'decode' });
  const tried = `${job.tempPath}.tried`;
  const isOver = times === 'once' && existsSync(tried);
  writeFileSync(tried, '');
  const act = isOver ? finish : FAULTS[fault];
  if (act === undefined) throw new Error(`There is no fault "${fault}".`);
  act(task);
}

process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if (message.type === 'enlarge') run(message);
  else if (message.type === 'warm') send({ type: 'warmed' });
  else if (message.type === 'shutdown') process.exit(0);
});
setInterval(() => {
  send({ type: 'alive', residentBytes: process.memoryUsage.rss() });
}, 500);
send({ type: 'ready' });
