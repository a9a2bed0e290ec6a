import type { WatchedFolderView } from '../../api/views.ts';
import type { Store } from '../../store/store.ts';
import type { StoredWatchedFolder } from '../../store/watchedFolderTable.ts';

/** A watched folder as the faces see it, in the state that it is in. */
export function watchedFolderView(
  { id, folder, settings, taken, lastActivityAt }: StoredWatchedFolder,
  store: Store,
  state: WatchedFolderView['state'],
): WatchedFolderView {
  const { presetId, settleMs, include, exclude, moveOriginalsTo } = settings;
  return {
    ...{ id, folder, presetId, settleMs, include, exclude, taken, state },
    ...(moveOriginalsTo !== undefined && { moveOriginalsTo }),
    ...(lastActivityAt !== undefined && { lastActivityAt }),
    passedOver: store.watchedFolders.passedOver(id),
  };
}
