import type { FromWorker, ToWorker } from '../pool/messages.ts';

/** The connection to the process that started this one. */
export interface ParentChannel<Sent, Received> {
  /** Does nothing after the parent has exited. */
  send(message: Sent): void;
  onMessage(listener: (message: Received) => void): void;
  /** Whether the parent still runs, as far as this can be known without a message. */
  isParentAlive(): boolean;
}

/** Electron's counterpart of `process.send` in utility processes. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: never }) => void): unknown;
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

/** Electron ends its utility processes when it exits, even after SIGKILL (docs/reliability.md). */
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
      // An error means that the parent has exited; `disconnect` handles that.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => {
      process.on('disconnect', () => process.exit(1));
      process.on('message', listener);
      // There is no event for a parent that exited while this process was loading; it would wait forever.
      if (!process.connected) process.exit(1);
    },
    // An orphan gets another parent's id. Windows keeps the old one, so only `disconnect` helps there.
    isParentAlive: () => process.connected && process.ppid === parentPid,
  };
}

/** Opens the channel of this process, by default a worker's. Call it once, at the start. */
export function openParentChannel<Sent = FromWorker, Received = ToWorker>(): ParentChannel<Sent, Received> {
  const port: unknown = Reflect.get(process, 'parentPort');
  return isParentPort(port) ? utilityChannel(port) : forkedChannel();
}
