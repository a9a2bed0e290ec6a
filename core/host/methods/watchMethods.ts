import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';

/** Watched folders. */
export function watchMethods({
  watcher,
}: HostContext): MethodsOf<
  | 'listWatchedFolders'
  | 'addWatchedFolder'
  | 'updateWatchedFolder'
  | 'removeWatchedFolder'
  | 'countFolderImages'
> {
  return {
    listWatchedFolders: () => Promise.resolve({ folders: watcher.list() }),
    addWatchedFolder: (input) => watcher.add(input),
    updateWatchedFolder: (input) => watcher.update(input),
    removeWatchedFolder: async ({ id }) => ({ removed: await watcher.remove(id) }),
    countFolderImages: async (input) => ({ images: await watcher.countImages(input) }),
  };
}
