import { defined } from '../../api/defined.ts';
import type { WatchedFolderView } from '../../api/watchedFolderView.ts';
import type { Store } from '../../store/store.ts';
import type { StoredWatchedFolder } from '../../store/watchedFolderTable.ts';

/** A watched folder as the user interfaces show it, in its present state. */
export function describeWatchedFolder(
  { id, folder, settings, taken, lastActivityAt }: StoredWatchedFolder,
  store: Store,
  state: WatchedFolderView['state'],
): WatchedFolderView {
  const { presetId, settleMs, include, exclude, moveOriginalsTo } = settings;
  return {
    id,
    folder,
    presetId,
    settleMs,
    include,
    exclude,
    taken,
    state,
    ...defined({ moveOriginalsTo, lastActivityAt }),
    passedOver: store.watchedFolders.passedOver(id),
  };
}
