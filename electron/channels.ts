import type { DesktopApi, HostEvent, MethodName, Reply } from '../core/api/contract.ts';

/** The object that the preload script adds to the window as `window.enlarger`. */
export interface DesktopBridge {
  call(method: MethodName, input: unknown): Promise<Reply<unknown>>;
  /** @returns A function that ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void;
  readonly desktop: DesktopApi;
}

/** Names of the channels between window and main process. */
export const CHANNELS = {
  /** Method and input of the contract; returns a `Reply`. */
  call: 'enlarger:call',
  /** Name and input of a function that only a desktop has. */
  desktop: 'enlarger:desktop',
  /** Events of the host. */
  event: 'enlarger:event',
  /** The program was opened with files; the page requests which. */
  opened: 'enlarger:opened',
} as const;
