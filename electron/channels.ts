import type { DesktopApi, HostEvent, MethodName, Reply } from '../core/api/contract.ts';

/** What the preload script puts into the window as `window.enlarger`. */
export interface DesktopBridge {
  call(method: MethodName, input: unknown): Promise<Reply<unknown>>;
  /** @returns A function that ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void;
  readonly desktop: DesktopApi;
}

/** Names of the ways between window and main process. */
export const CHANNELS = {
  /** Method and input of the contract; brings a `Reply`. */
  call: 'enlarger:call',
  /** Name and input of what only a desktop has. */
  desktop: 'enlarger:desktop',
  /** Events of the host. */
  event: 'enlarger:event',
  /** The program was opened with files; the page requests which. */
  opened: 'enlarger:opened',
} as const;
