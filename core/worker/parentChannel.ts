import type { FromWorker, ToWorker } from '../pool/messages.ts';

/** The way to the process that started this one, however it did. */
export interface ParentChannel<Sent, Received> {
  /** Does nothing once the parent is gone. */
  send(message: Sent): void;
  onMessage(listener: (message: Received) => void): void;
  /** Whether the parent still lives, as far as can be told without asking it. */
  isParentAlive(): boolean;
}

/** What Electron gives a utility process in place of `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: never }) => void): unknown;
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

/** Electron ends its utility processes itself when it ends, even by SIGKILL (docs/reliability.md). */
function utilityChannel<Sent, Received>(port: ParentPort): ParentChannel<Sent, Received> {
  return {
    send: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        listener(data);
      });
    },
    isParentAlive: () => true,
  };
}

function forkedChannel<Sent, Received>(): ParentChannel<Sent, Received> {
  const parentPid = process.ppid;
  return {
    send: (message) => {
      // An error is the parent's end, which `disconnect` tells of.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => {
      process.on('disconnect', () => process.exit(1));
      process.on('message', listener);
      // A parent that went away while this process was loading is not told of any more: it would wait for ever.
      if (!process.connected) process.exit(1);
    },
    // Whoever inherits an orphan has another number. Windows keeps the old one; there `disconnect` has to do.
    isParentAlive: () => process.connected && process.ppid === parentPid,
  };
}

/** Opens the channel of this process, a worker's where nothing else is said; call it once, first of all. */
export function openParentChannel<Sent = FromWorker, Received = ToWorker>(): ParentChannel<Sent, Received> {
  const port: unknown = Reflect.get(process, 'parentPort');
  return isParentPort(port) ? utilityChannel(port) : forkedChannel();
}
