import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ToWorker } from './messages.ts';
import { residentBytes } from './residentBytes.ts';

/** A running worker, however it was made. */
export interface WorkerHandle {
  /** Absent where there is no process of its own, or not yet. */
  readonly pid?: number | undefined;
  /** Does nothing once the worker is gone. */
  send(message: ToWorker): void;
  /** What comes is not trusted: a process that is going wrong may say anything. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called at least once when it has ended, with a sentence on how. */
  onExit(listener: (how: string) => void): void;
  /** Ends it at once, even inside native code; `onExit` follows. */
  kill(): void;
  /** Memory that the process holds now; undefined where only the process itself can tell. */
  residentBytes?(): number | undefined;
}

/** Starts worker processes: with `child_process` here, with `utilityProcess` on the desktop (`utilityLauncher.ts`). */
export type WorkerLauncher = () => WorkerHandle;

/** What a worker process runs. */
export const WORKER_ENTRY = fileURLToPath(new URL('../worker/main.js', import.meta.url));

/** Variables that would change what a worker loads or how it behaves. */
const SCRUBBED = /^(NODE_OPTIONS|LD_PRELOAD|DYLD_|ELECTRON_|VIPS_|G_)/;

/** This process' environment without what would change a worker. */
export function workerEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SCRUBBED.test(name)));
}

/**
 * Makes a launcher of child processes of this one.
 *
 * @param entry The script that they run; stand-ins in tests.
 */
export function forkLauncher(entry: string): WorkerLauncher {
  return () => {
    const child = fork(entry, [], {
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
        child.once('exit', (code, signal) => {
          listener(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`);
        });
        // Not once: each message that a dead worker cannot take is an error of its own.
        child.on('error', (error) => {
          listener(error.message);
        });
      },
      kill: () => child.kill('SIGKILL'),
      residentBytes: () => (child.pid === undefined ? undefined : residentBytes(child.pid)),
    };
  };
}

/** Starts a worker as a child of this process. */
export const forkWorker: WorkerLauncher = forkLauncher(WORKER_ENTRY);
