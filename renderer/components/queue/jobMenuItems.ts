import ArrowDownToLine from '@lucide/svelte/icons/arrow-down-to-line';
import ArrowUpToLine from '@lucide/svelte/icons/arrow-up-to-line';
import Ban from '@lucide/svelte/icons/ban';
import Download from '@lucide/svelte/icons/download';
import ExternalLink from '@lucide/svelte/icons/external-link';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Trash from '@lucide/svelte/icons/trash';
import type { App } from '../../state/app.svelte.ts';
import type { TextKey } from '../../../core/texts/english.ts';

export interface JobMenuItem {
  readonly label: TextKey;
  readonly icon: typeof Ban;
  readonly isOffered: boolean;
  readonly run: () => void;
}

/** What can be done with the finished image that is looked at. */
function resultItems({ actions, connection, shownJob }: App): readonly JobMenuItem[] {
  const done = shownJob?.state.kind === 'done' ? shownJob : undefined;
  const item = (
    label: TextKey,
    icon: typeof Ban,
    run: (job: NonNullable<typeof done>) => Promise<void>,
  ): JobMenuItem => ({
    label,
    icon,
    isOffered: done !== undefined,
    run: () => {
      if (done !== undefined) void run(done);
    },
  });
  return connection.desktop === undefined
    ? [item('action.download', Download, (job) => actions.download(job))]
    : [
        item('action.open', ExternalLink, (job) => actions.open(job)),
        item('action.reveal', FolderOpen, (job) => actions.reveal(job)),
      ];
}

/** What can be done with the chosen rows as they are; what needs one finished image acts on the one that is looked at. */
export function jobMenuItems(app: App): readonly JobMenuItem[] {
  const { actions, jobs, selection } = app;
  const states = jobs.statesOf(selection.ids);
  const waits = states.has('queued');
  return [
    ...resultItems(app),
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
