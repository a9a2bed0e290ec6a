import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from './messages.ts';

/** A running worker, however it was made. */
export interface WorkerHandle {
  send(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, with a sentence on how it ended. */
  onExit(listener: (how: string) => void): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts worker processes: with `child_process` here, with `utilityProcess` on the desktop. */
export type WorkerLauncher = () => WorkerHandle;

const WORKER_ENTRY = fileURLToPath(new URL('../worker/main.js', import.meta.url));

/** Variables that would change what a worker loads or how it behaves. */
const SCRUBBED = /^(NODE_OPTIONS|LD_PRELOAD|DYLD_|ELECTRON_|VIPS_|G_)/;

function workerEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SCRUBBED.test(name)));
}

/** Starts a worker as a child of this process. */
export const forkWorker: WorkerLauncher = () => {
  const child = fork(WORKER_ENTRY, [], {
    serialization: 'advanced',
    env: workerEnvironment(),
    execArgv: [],
    // A worker's stray output must not mix with data on stdout.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
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
  };
};
