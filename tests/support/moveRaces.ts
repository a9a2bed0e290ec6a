/**
 * @file Originals that another program overwrites while they are moved away. Run as a worker thread, this file is that
 * program.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { takeSnapshot } from '../../core/watch/fileSnapshot.ts';
import { moveOriginal } from '../../core/watch/moveOriginal.ts';

/** How the other program writes, for moves within a volume and to another one. */
export const MOVE_RACES = ['in place', 'from its beginning', 'by renaming'] as const;
export type MoveRace = (typeof MOVE_RACES)[number];

const COMPILED = fileURLToPath(new URL('../../dist/tests/support/moveRaces.js', import.meta.url));

/** Longest pause before the other program writes: about as long as a move. */
const MAX_PAUSE_MS = 6;

interface Order {
  readonly file: string;
  readonly content: string;
  readonly race: MoveRace;
  readonly pauseMs: number;
}

function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Opens an existing file, or a new one if it has just moved away. */
function openWhole(file: string): number {
  try {
    return openSync(file, 'r+');
  } catch {
    return openSync(file, 'w');
  }
}

function overwrite({ file, content, race }: Order): void {
  if (race === 'by renaming') {
    writeFileSync(`${file}.part`, content);
    renameSync(`${file}.part`, file);
    return;
  }
  const handle = race === 'in place' ? openWhole(file) : openSync(file, 'w');
  // Between opening and writing, the file can move.
  if (race === 'in place') spin(Math.random());
  writeSync(handle, content);
  closeSync(handle);
}

if (!isMainThread && workerData === 'overwrite') {
  parentPort?.on('message', (order: Order) => {
    spin(order.pauseMs);
    overwrite(order);
    parentPort?.postMessage('written');
  });
}

/** Contents of all files below some folders. */
function contentsOf(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile()
        ? [readFileSync(path.join(entry.parentPath, entry.name), 'utf8')]
        : [`folder ${entry.name}`],
    ),
  );
}

interface RaceOptions {
  readonly rounds: number;
  /** Parents of the folders; on another volume, originals are copied. */
  readonly from?: string;
  readonly to?: string;
}

async function playRound(race: MoveRace, { inbox, done, writer }: RoundPlace): Promise<string[]> {
  const [before, after] = [randomBytes(2_000).toString('hex'), randomBytes(2_000).toString('hex')];
  const file = path.join(inbox, 'a.png');
  writeFileSync(file, before);
  const original = await takeSnapshot(file, 'a.png');
  if (original === undefined) throw new Error('The original is missing.');
  const written = once(writer, 'message');
  writer.postMessage({ file, content: after, race, pauseMs: Math.random() * MAX_PAUSE_MS });
  const contentHash = createHash('sha256').update(before).digest('hex');
  await moveOriginal(original, { toFolder: done, contentHash, runId: '00000000' });
  await written;
  const found = contentsOf([inbox, done]);
  const counts = [before, after].map((content) => found.filter((each) => each === content).length);
  for (const folder of [inbox, done])
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
  // The first version is gone if the other program has replaced it before it was moved.
  const isWell = counts[1] === 1 && found.length === 1 + (counts[0] ?? 0) && (counts[0] ?? 0) <= 1;
  return isWell ? [] : [`${race}: ${counts.join(' and ')} of ${found.length} files`];
}

interface RoundPlace {
  readonly inbox: string;
  readonly done: string;
  readonly writer: Worker;
}

/** @returns The problems after each round: a version that is lost, duplicated or mixed, or a file left behind. */
export async function playMoveRaces(race: MoveRace, options: RaceOptions): Promise<string[]> {
  const roots = [options.from ?? os.tmpdir(), options.to ?? options.from ?? os.tmpdir()].map((parent) =>
    mkdtempSync(path.join(parent, 'enlarger-race-')),
  );
  const [inbox, done] = [path.join(roots[0] ?? '', 'in'), path.join(roots[1] ?? '', 'done')];
  mkdirSync(inbox);
  mkdirSync(done);
  const writer = new Worker(COMPILED, { workerData: 'overwrite' });
  try {
    const problems: string[] = [];
    for (let round = 0; round < options.rounds; round++)
      problems.push(...(await playRound(race, { inbox, done, writer })));
    return problems;
  } finally {
    await writer.terminate();
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  }
}

/** A folder on another volume than temporary files, if there is one. */
export function otherVolume(): string | undefined {
  const memory = '/dev/shm';
  const device = (folder: string): number | undefined => statSync(folder, { throwIfNoEntry: false })?.dev;
  const isOther = device(memory) !== undefined && device(memory) !== device(os.tmpdir());
  return isOther ? memory : undefined;
}
