import type { DesktopApi, HostEvent, MethodName, Reply } from '../../core/api/contract.ts';
import { apiOverCalls } from './callReply.ts';
import type { Connection } from './connection.ts';

/** The object that the desktop program's preload script adds to the window. */
export interface DesktopBridge {
  call(method: MethodName, input: unknown): Promise<Reply<unknown>>;
  subscribe(listener: (event: HostEvent) => void): () => void;
  readonly desktop: DesktopApi;
}

declare global {
  interface Window {
    /** Absent in a browser. */
    readonly enlarger?: DesktopBridge;
  }
}

/** The connection inside the desktop program, where the host runs for as long as the window is open. */
export async function connectDesktop(bridge: DesktopBridge): Promise<Connection> {
  const api = apiOverCalls((method, input) => bridge.call(method, input));
  return {
    api,
    info: await api.getProgramInfo({}),
    subscribe: (listener) => bridge.subscribe(listener),
    watchLink: () => () => undefined,
    mediaUrl: (media) => `media://bundle/${media}`,
    desktop: bridge.desktop,
  };
}
