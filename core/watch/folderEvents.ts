import { watch, type FSWatcher } from 'chokidar';

export interface FolderEventOptions {
  /** Real path. */
  readonly folder: string;
  readonly recursive: boolean;
  readonly closedFolders: ReadonlySet<string>;
}

export interface FolderEventListener {
  /** This file or folder changed; a scan determines how. */
  readonly onChange: (changed: string) => void;
  /** Every change from now on is reported; earlier ones may have been missed. */
  readonly onReady: () => void;
  /** Events are lost from here on, for example because there are too many folders for the system. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * Reports changes below a folder. Nothing depends on it: an event only brings the next poll forward.
 *
 * @returns Ends it.
 */
export function listenToFolder(
  options: FolderEventOptions,
  listener: FolderEventListener,
): () => Promise<void> {
  // Users set this variable for other programs; it would override the options below.
  delete process.env['CHOKIDAR_USEPOLLING'];
  const watcher: FSWatcher = watch(options.folder, {
    ignoreInitial: true,
    followSymlinks: false,
    // Combining a removal and an addition into one change would hide what a scan has to notice.
    atomic: false,
    ...(options.recursive ? {} : { depth: 0 }),
    ignored: (file) => options.closedFolders.has(file),
  });
  watcher.on('all', (_event, changed) => {
    listener.onChange(changed);
  });
  watcher.on('ready', () => {
    listener.onReady();
  });
  watcher.on('error', (error) => {
    listener.onTrouble(error instanceof Error ? error : new Error(String(error)));
  });
  return () => watcher.close();
}
