import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ToWorker } from './messages.ts';
import { residentBytes } from './residentBytes.ts';

/** How a worker ended. */
export interface WorkerExit {
  /** A sentence that describes it. */
  readonly how: string;
  /** Whether SIGKILL ended it. No worker does that to itself: it was a person, or the system for lack of memory. */
  readonly wasKilled: boolean;
}

/** A child process of ours, however it was started; by default a worker. */
export interface WorkerHandle<Message = ToWorker> {
  /** Absent if it has no separate process, or not yet. */
  readonly pid?: number | undefined;
  /** Does nothing once the worker is gone. */
  send(message: Message): void;
  /** Messages are not trusted: a failing process may send anything. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called when it has ended, and never before. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends it at once, even inside native code; `onExit` follows. */
  kill(): void;
  /** Memory that the process uses now; undefined if only the process itself can determine it. */
  residentBytes?(): number | undefined;
}

/** Starts worker processes: with `child_process` here, with `utilityProcess` on the desktop (`utilityLauncher.ts`). */
export type WorkerLauncher<Message = ToWorker> = () => WorkerHandle<Message>;

/** What a worker process runs. */
export const WORKER_ENTRY = fileURLToPath(new URL('../worker/main.js', import.meta.url));

/** Makes a worker run at a lower priority, so that it does not slow down the window next to it. */
export const BACKGROUND = '--background';

/** Variables that would change what a worker loads or how it behaves. */
const SCRUBBED = /^(NODE_OPTIONS|LD_PRELOAD|DYLD_|ELECTRON_|VIPS_|G_)/;

/** This process' environment without what would change a worker. */
export function workerEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SCRUBBED.test(name)));
}

/**
 * Creates a launcher of child processes of this one.
 *
 * @param entry The script that they run.
 * @param args Its arguments.
 */
export function forkLauncher<Message extends object = ToWorker>(
  entry: string,
  args: readonly string[] = [],
): WorkerLauncher<Message> {
  return () => {
    const child = fork(entry, args, {
      serialization: 'advanced',
      env: workerEnvironment(),
      execArgv: [],
      // A worker's stray output must not mix with data on stdout.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return {
      pid: child.pid,
      send: (message) => {
        if (child.connected) child.send(message);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => {
        let problem: string | undefined;
        child.once('exit', (code, signal) => {
          const ending = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
          listener({ how: problem ?? ending, wasKilled: signal === 'SIGKILL' });
        });
        // Not `once`: each message that a dead worker cannot receive raises another error.
        child.on('error', (error) => {
          problem ??= error.message;
          // A worker that was never started does not exit. One that cannot receive messages any more may still be writing.
          if (child.pid === undefined) listener({ how: problem, wasKilled: false });
          else child.kill('SIGKILL');
        });
      },
      kill: () => child.kill('SIGKILL'),
      residentBytes: () => (child.pid === undefined ? undefined : residentBytes(child.pid)),
    };
  };
}

/** A worker that the system refused to start, for lack of memory or of processes. */
export function failedWorker(reason: string): WorkerHandle {
  return {
    send: () => undefined,
    onMessage: () => undefined,
    onExit: (listener) => {
      setImmediate(listener, { how: reason, wasKilled: false });
    },
    kill: () => undefined,
  };
}

/** Starts a worker as a child of this process. */
export const forkWorker: WorkerLauncher = forkLauncher(WORKER_ENTRY);

/** The same for a program with a window. */
export const forkBackgroundWorker: WorkerLauncher = forkLauncher(WORKER_ENTRY, [BACKGROUND]);
