import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromMedia, ToMedia } from './mediaMessages.ts';

/** A running media process, however it was made. */
export interface MediaHandle {
  send(message: ToMedia): void;
  onMessage(listener: (message: FromMedia) => void): void;
  /** Called with a sentence on how it ended. */
  onExit(listener: (how: string) => void): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts media processes: with `child_process` here, with `utilityProcess` on the desktop. */
export type MediaLauncher = () => MediaHandle;

/** What such a process runs. */
export const MEDIA_ENTRY = fileURLToPath(new URL('../worker/media.js', import.meta.url));

/** Variables that would change what the process loads or how it behaves. */
const SCRUBBED = /^(NODE_OPTIONS|LD_PRELOAD|DYLD_|ELECTRON_|VIPS_|G_)/;

/** Starts a media process as a child of this one. */
export const forkMedia: MediaLauncher = () => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SCRUBBED.test(name)));
  const child = fork(MEDIA_ENTRY, [], {
    serialization: 'advanced',
    env,
    execArgv: [],
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
      // Not once: each message that a dead process cannot take is an error of its own.
      child.on('error', (error) => {
        listener(error.message);
      });
    },
    kill: () => child.kill('SIGKILL'),
  };
};
