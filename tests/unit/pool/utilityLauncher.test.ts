import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WORKER_ENTRY } from '../../../core/pool/launcher.ts';
import type { ToWorker } from '../../../core/pool/messages.ts';
import { utilityLauncher, type UtilityChild, type UtilityFork } from '../../../core/pool/utilityLauncher.ts';
import { isAlive } from '../../support/workerFaults.ts';

const ENTRY = fileURLToPath(new URL('../../../dist/tests/support/utilityStandIn.js', import.meta.url));

/** A stand-in for Electron's `UtilityProcess`. */
class UtilityStandIn extends EventEmitter implements UtilityChild {
  pid: number | undefined = undefined;
  readonly posted: unknown[] = [];
  kills = 0;

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  kill(): boolean {
    this.kills++;
    return true;
  }
}

function launched(): {
  child: UtilityStandIn;
  calls: Parameters<UtilityFork>[];
  worker: ReturnType<ReturnType<typeof utilityLauncher>>;
} {
  const child = new UtilityStandIn();
  const calls: Parameters<UtilityFork>[] = [];
  const worker = utilityLauncher((...call) => {
    calls.push(call);
    return child;
  })();
  return { child, calls, worker };
}

const SHUTDOWN: ToWorker = { type: 'shutdown' };

test('a utility process runs the worker without variables that would change it', () => {
  vi.stubEnv('NODE_OPTIONS', '--inspect');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { calls } = launched();
  const [entry, args, { env, stdio }] = calls[0]!;
  expect([entry, args, stdio, env['NODE_OPTIONS'], env['PATH']]).toEqual([
    WORKER_ENTRY,
    [],
    ['ignore', 'ignore', 'inherit'],
    undefined,
    process.env['PATH'],
  ]);
});

test('messages go both ways, but not to a process that has ended', () => {
  const { child, worker } = launched();
  const heard: unknown[] = [];
  const ends: string[] = [];
  worker.onMessage((message) => heard.push(message));
  worker.onExit(({ how }) => ends.push(how));
  worker.send(SHUTDOWN);
  child.emit('message', { type: 'ready' });
  child.emit('exit', 11);
  worker.send(SHUTDOWN);
  worker.kill();
  expect([child.posted, heard, ends, child.kills]).toEqual([
    [SHUTDOWN],
    [{ type: 'ready' }],
    ['it ended with exit code 11'],
    0,
  ]);
});

test('V8’s fatal error is reported with the exit, and not before', () => {
  const { child, worker } = launched();
  const ends: string[] = [];
  worker.onExit(({ how }) => ends.push(how));
  child.emit('error', 'FatalError', 'v8::ToLocalChecked', '{}');
  expect(ends).toEqual([]);
  child.emit('exit', 133);
  expect(ends).toEqual(['it met a FatalError in v8::ToLocalChecked']);
});

test('before it has an id, it is ended through Electron', () => {
  const { child, worker } = launched();
  expect(worker.residentBytes?.()).toBeUndefined();
  worker.kill();
  expect(child.kills).toBe(1);
});

describe.skipIf(process.platform === 'win32')('a worker with a parent port in place of a channel', () => {
  /** The launcher over a real process. */
  function launchReal(): { worker: ReturnType<typeof launched>['worker']; post: (message: unknown) => void } {
    const child = fork(ENTRY, [], { serialization: 'advanced', execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const post = (message: unknown): void => void child.send(message as ToWorker);
    const worker = utilityLauncher(() => Object.assign(child, { pid: child.pid, postMessage: post }))();
    return { worker, post };
  }

  test('receives messages, and is ended immediately although it leaves SIGTERM to its parent', async () => {
    const { worker } = launchReal();
    const ended = new Promise<string>((resolve) => {
      worker.onExit(({ how }) => {
        resolve(how);
      });
    });
    await new Promise<void>((resolve) => {
      worker.onMessage(() => {
        resolve();
      });
    });
    process.kill(worker.pid!, 'SIGTERM');
    expect(isAlive(worker.pid)).toBe(true);
    worker.kill();
    await ended;
  });

  test('ends with 1 and a message when a promise is rejected unhandled', async () => {
    const { worker, post } = launchReal();
    const types: unknown[] = [];
    const ended = new Promise<string>((resolve) => {
      worker.onExit(({ how }) => {
        resolve(how);
      });
    });
    worker.onMessage((message) => {
      if (types.push(message) === 1) post('reject');
    });
    expect(await ended).toBe('it ended with exit code 1');
    expect(types.at(-1)).toMatchObject({ type: 'log', level: 'error' });
  });
});
