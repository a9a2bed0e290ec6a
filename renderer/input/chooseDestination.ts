import type { Connection } from '../api/connection.ts';
import type { App } from '../state/app.svelte.ts';

/** Whether a person can name a folder for the results. */
export function canChooseFolder({ desktop, info }: Connection): boolean {
  return desktop !== undefined || info.roots.length > 0;
}

/** Lets the person choose the folder for the results, in the system's dialog or in an opened folder. */
export async function chooseDestination({ connection, notices, options, picker }: App): Promise<void> {
  const { desktop } = connection;
  if (desktop === undefined) {
    const folder = await picker.chooseFolder();
    if (folder === undefined) return;
    const { rootId, relative } = folder;
    options.change({ destination: { kind: 'root', rootId, relative } });
    return;
  }
  const path = await notices.attempt(() => desktop.chooseFolder());
  if (path !== undefined) options.change({ destination: { kind: 'path', path } });
}
