import ArrowDownToLine from '@lucide/svelte/icons/arrow-down-to-line';
import ArrowUpToLine from '@lucide/svelte/icons/arrow-up-to-line';
import Ban from '@lucide/svelte/icons/ban';
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import ExternalLink from '@lucide/svelte/icons/external-link';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Trash from '@lucide/svelte/icons/trash';
import type { App } from '../../state/app.svelte.ts';
import type { TextKey } from '../../../core/texts/textKeys.ts';

export interface JobMenuItem {
  readonly label: TextKey;
  readonly icon: typeof Ban;
  readonly isOffered: boolean;
  readonly run: () => void;
}

/** Actions on the finished images among the selected ones. */
function resultItems({ actions, connection }: App, isOffered: boolean): readonly JobMenuItem[] {
  return connection.desktop === undefined
    ? [{ label: 'action.download', icon: Download, isOffered, run: () => void actions.download() }]
    : [
        { label: 'action.open', icon: ExternalLink, isOffered, run: () => void actions.openChosen() },
        { label: 'action.reveal', icon: FolderOpen, isOffered, run: () => void actions.revealChosen() },
      ];
}

/** Actions on the selected rows. */
export function jobMenuItems(app: App): readonly JobMenuItem[] {
  const { actions, jobs, selection } = app;
  const states = jobs.statesOf(selection.ids);
  const waits = states.has('queued');
  return [
    ...resultItems(app, states.has('done')),
    { label: 'action.copy', icon: Copy, isOffered: states.has('done'), run: () => void actions.copy() },
    {
      label: 'action.again',
      icon: RefreshCw,
      isOffered: selection.count > 0,
      run: () => void app.draftActions.enlargeAgain(jobs.loadedJobs(selection.ids)),
    },
    {
      label: 'action.retry',
      icon: RotateCcw,
      isOffered: states.has('failed') || states.has('cancelled'),
      run: () => void actions.retry(),
    },
    {
      label: 'action.cancel',
      icon: Ban,
      isOffered: waits || states.has('running'),
      run: () => void actions.cancel(),
    },
    {
      label: 'action.toFront',
      icon: ArrowUpToLine,
      isOffered: waits,
      run: () => void actions.moveToFront(),
    },
    {
      label: 'action.toEnd',
      icon: ArrowDownToLine,
      isOffered: waits,
      run: () => void actions.moveToEnd(),
    },
    { label: 'action.remove', icon: Trash, isOffered: selection.count > 0, run: () => void actions.remove() },
  ];
}
