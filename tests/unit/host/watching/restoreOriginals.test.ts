import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lockRun } from '../../../../core/files/runLock.ts';
import { restoreOriginals } from '../../../../core/host/watching/restoreOriginals.ts';
import { takeAway } from '../../../../core/watch/takenAway.ts';
import { filesBelow } from '../../../support/runCli.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

interface Place {
  readonly inbox: string;
  readonly done: string;
  readonly file: string;
  /** Where a run that was then killed has taken the original, if it has. */
  readonly takenPath: string;
  readonly restore: () => Promise<readonly string[]>;
}

async function takenOriginal({ isKilled = true } = {}): Promise<Place> {
  const root = temporaryFolder();
  const [inbox, done] = [path.join(root, 'in'), path.join(root, 'done')];
  for (const folder of [inbox, done]) mkdirSync(path.join(folder, 'sub'), { recursive: true });
  const file = path.join(inbox, 'sub', 'a.png');
  writeFileSync(file, 'original');
  const lock = await lockRun();
  const takenPath = (await takeAway(file, lock.runId)) ?? '';
  if (isKilled) await lock.release();
  const restore = async (): Promise<readonly string[]> => {
    const reported: string[] = [];
    await restoreOriginals(inbox, done, (name) => reported.push(name));
    return reported;
  };
  return { inbox, done, file, takenPath, restore };
}

test('an original that a killed run had taken away is put back', async () => {
  const { inbox, file, restore } = await takenOriginal();
  expect(await restore()).toEqual([]);
  expect(filesBelow(inbox)).toEqual([path.join('sub', 'a.png')]);
  expect(readFileSync(file, 'utf8')).toBe('original');
});

test('nothing is overwritten: next to a newer image of its name, it gets a number', async () => {
  const { inbox, file, restore } = await takenOriginal();
  writeFileSync(file, 'newer');
  await restore();
  expect(filesBelow(inbox).map((name) => readFileSync(path.join(inbox, name), 'utf8'))).toEqual([
    'original',
    'newer',
  ]);
});

test('a move that lacked only its last step is completed', async () => {
  const { inbox, done, takenPath, restore } = await takenOriginal();
  linkSync(takenPath, path.join(done, 'sub', 'a.png'));
  await restore();
  expect([filesBelow(inbox), filesBelow(done)]).toEqual([[], [path.join('sub', 'a.png')]]);
});

test('the moves of a live run are left to it', async () => {
  const { inbox, takenPath, restore } = await takenOriginal({ isKilled: false });
  await restore();
  expect(filesBelow(inbox)).toEqual([path.relative(inbox, takenPath)]);
});
