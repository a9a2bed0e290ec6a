import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import { callMethod } from '../core/api/callMethod.ts';
import type { EnlargerApi, Reply } from '../core/api/contract.ts';
import { CHANNELS } from './channels.ts';
import type { Desktop } from './desktop.ts';

export interface IpcOptions {
  readonly api: EnlargerApi;
  readonly desktop: Desktop;
  /** Whether a message comes from the window's own page. */
  readonly isTrusted: (event: IpcMainInvokeEvent) => boolean;
}

const FOREIGN_MESSAGE = 'Only the window of the program may call this.';
const FOREIGN: Reply<never> = { ok: false, error: { code: 'request/forbidden', message: FOREIGN_MESSAGE } };

/** Binds the contract to the window. The sender is checked before anything is awaited, since its frame may be gone afterwards. */
export function bindIpc({ api, desktop, isTrusted }: IpcOptions): void {
  ipcMain.handle(CHANNELS.call, (event, name: unknown, input: unknown) =>
    isTrusted(event) ? callMethod(api, name, input) : FOREIGN,
  );
  ipcMain.handle(CHANNELS.desktop, (event, name: unknown, input: unknown) => {
    if (!isTrusted(event)) throw new Error(FOREIGN_MESSAGE);
    return desktop.call(name, input);
  });
}
