import { existsSync } from 'node:fs';
import path from 'node:path';
import { toErrorDto } from '../../core/api/errors.ts';
import type { JobCounts, WatchedFolderView } from '../../core/api/views.ts';
import { openList } from '../../core/host/owner/openList.ts';
import { lastErrors } from '../../core/log/lastErrors.ts';
import { STORE_FILE } from '../../core/store/openStore.ts';
import { BUNDLED_MODELS } from '../program.ts';
import { counted } from '../text.ts';
import { fail, ok, warn, type Check } from './check.ts';

const NAME = 'list of jobs';
const MAX_ERRORS = 5;

function describeCounts(counts: JobCounts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${counted(total, 'job')}, ${counts.queued} waiting, ${counts.failed} failed`;
}

function checkWatched({ folder, state, taken }: WatchedFolderView): Check {
  const name = 'watched folder';
  const found = `${folder}, ${counted(taken, 'picture')} taken`;
  switch (state.kind) {
    case 'unreachable':
      return warn(name, `${found}; ${state.error.message}`, 'Connect it again, or stop watching it.');
    case 'rescanning':
      return ok(name, `${found}; looked through every ${state.everyMs / 1000} s: ${state.reason}`);
    default:
      return ok(name, `${found}; ${state.kind}`);
  }
}

async function checkList(folder: string): Promise<Check[]> {
  const list = await openList(folder, BUNDLED_MODELS);
  try {
    const { counts } = await list.host.api.getQueue({});
    const keeper = list.keptBy === undefined ? '' : `, kept by ${list.keptBy}`;
    const found = `${folder}: sound, ${describeCounts(counts)}${keeper}`;
    const { folders } = await list.host.api.listWatchedFolders({});
    const isNoted = list.notes.length > 0;
    const state = isNoted
      ? warn(NAME, list.notes.join(' '), 'Look at what is left, and start it again.')
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
      'It is in the log; report it if it comes again.',
    ),
  );
}

/** The list of jobs, the folders that are watched, and what went wrong of late. Nothing is made where there is nothing. */
export async function checkData(folder: string): Promise<Check[]> {
  if (!existsSync(path.join(folder, STORE_FILE))) return [ok(NAME, `none yet; it will be in ${folder}`)];
  const checks = await checkList(folder).catch((error: unknown) => {
    const { code, message } = toErrorDto(error);
    if (code === 'store/in-use') return [ok(NAME, message)];
    return [fail(NAME, `${message} [${code}]`, 'Give another folder with --data or ENLARGER_DATA.')];
  });
  return [...checks, ...(await checkErrors(folder))];
}
