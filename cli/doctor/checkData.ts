import { existsSync } from 'node:fs';
import path from 'node:path';
import { toErrorDto } from '../../core/api/errors.ts';
import type { JobCounts } from '../../core/api/views.ts';
import type { WatchedFolderView } from '../../core/api/watchedFolderView.ts';
import { openList } from '../../core/host/owner/openList.ts';
import { lastErrors } from '../../core/log/lastErrors.ts';
import { STORE_FILE } from '../../core/store/store.ts';
import { BUNDLED_MODELS } from '../program.ts';
import { counted } from '../text.ts';
import { fail, ok, warn, type Check } from './check.ts';

const NAME = 'job list';
const MAX_ERRORS = 5;

function describeCounts(counts: JobCounts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${counted(total, 'job')}, ${counts.queued} waiting, ${counts.failed} failed`;
}

function checkWatched({ folder, state, taken }: WatchedFolderView): Check {
  const name = 'watched folder';
  const found = `${folder}, ${counted(taken, 'image')} accepted`;
  switch (state.kind) {
    case 'unreachable':
      return warn(name, `${found}; ${state.error.message}`, 'Reconnect it, or stop watching it.');
    case 'rescanning':
      return ok(name, `${found}; scanned every ${state.everyMs / 1000} s: ${state.reason}`);
    default:
      return ok(name, `${found}; ${state.kind}`);
  }
}

async function checkList(folder: string): Promise<Check[]> {
  const list = await openList(folder, BUNDLED_MODELS);
  try {
    const { counts } = await list.host.api.getQueue({});
    const owner = list.keptBy === undefined ? '' : `, in use by ${list.keptBy}`;
    const found = `${folder}: sound, ${describeCounts(counts)}${owner}`;
    const { folders } = await list.host.api.listWatchedFolders({});
    const isNoted = list.notes.length > 0;
    const state = isNoted
      ? warn(NAME, list.notes.join(' '), 'Review the remaining jobs, and start them again.')
      : ok(NAME, found);
    return [state, ...folders.map(checkWatched)];
  } finally {
    await list.close();
  }
}

async function checkErrors(folder: string): Promise<Check[]> {
  const errors = await lastErrors(folder, MAX_ERRORS);
  return errors.map(({ time, sentence, values }) =>
    warn(
      'last errors',
      `${time} ${sentence} ${JSON.stringify(values)}`,
      'See the log, and report it if it happens again.',
    ),
  );
}

/** The job list, the watched folders and the latest errors. Does not create anything. */
export async function checkData(folder: string): Promise<Check[]> {
  if (!existsSync(path.join(folder, STORE_FILE))) return [ok(NAME, `none yet; it will be in ${folder}`)];
  const checks = await checkList(folder).catch((error: unknown) => {
    const { code, message } = toErrorDto(error);
    if (code === 'store/in-use') return [ok(NAME, message)];
    return [fail(NAME, `${message} [${code}]`, 'Choose another folder with --data or ENLARGER_DATA.')];
  });
  return [...checks, ...(await checkErrors(folder))];
}
