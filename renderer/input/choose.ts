import type { Connection } from '../api/connection.ts';
import { inOrder } from './drop.ts';
import type { Incoming } from '../state/draft/incoming.ts';

/** Lets the person choose images; empty when they chose none. */
export async function chooseFiles({ desktop }: Connection): Promise<readonly Incoming[]> {
  if (desktop === undefined) return chooseInBrowser(false);
  return (await desktop.chooseFiles()).map((path) => ({ kind: 'path', path }));
}

/** Lets the person choose a folder; empty when they chose none. */
export async function chooseFolder({ desktop }: Connection): Promise<readonly Incoming[]> {
  if (desktop === undefined) return chooseInBrowser(true);
  const path = await desktop.chooseFolder();
  return path === undefined ? [] : [{ kind: 'path', path }];
}

/** Lets the person choose files with networks; empty when they chose none. */
export async function chooseModelFiles({ desktop }: Connection): Promise<readonly Incoming[]> {
  if (desktop === undefined) return chooseInBrowser(false);
  return (await desktop.chooseModelFiles()).map((path) => ({ kind: 'path', path }));
}

function chooseInBrowser(isFolder: boolean): Promise<readonly Incoming[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.webkitdirectory = isFolder;
    input.onchange = () => resolve(inOrder([...(input.files ?? [])]).map((file) => ({ kind: 'file', file })));
    input.oncancel = () => resolve([]);
    input.click();
  });
}

/** Has the browser save a file of the host. */
export function saveInBrowser(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
