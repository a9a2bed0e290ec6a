import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from './cacheFolder.ts';
import { fileKey } from './fileKey.ts';
import { makeFolder } from './makeFolder.ts';

/** A run of the program that other runs can recognise as alive. */
export interface RunLock {
  /** Eight hex digits: four of this machine and user, four of the run. */
  readonly runId: string;
  release(): Promise<void>;
}

/** Whether a run is alive; unknown if it is on another machine or belongs to another user. */
export type RunState = 'alive' | 'gone' | 'unknown';

/** The address of a socket has a hundred bytes on most systems. */
const MAX_ADDRESS_BYTES = 100;

const LOCK_NAME_BYTES = '/01234567.sock'.length;

/** Folder of the sockets by which runs show that they are alive. */
function locksFolder(): string {
  const folder = path.join(cacheFolder(), 'runs');
  const fits = Buffer.byteLength(folder) + LOCK_NAME_BYTES <= MAX_ADDRESS_BYTES;
  return fits ? folder : path.join(os.tmpdir(), `enlarger-${os.userInfo().username}`);
}

function addressOf(runId: string): string {
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\enlarger-run-${runId}`
    : path.join(locksFolder(), `${runId}.sock`);
}

/** Four hex digits that other machines and users do not have. */
async function ownPart(): Promise<string> {
  const folder = locksFolder();
  await makeFolder(folder, { mode: 0o700 });
  const place = [os.hostname(), folder, await fileKey(folder)].join('\n');
  return createHash('sha256').update(place).digest('hex').slice(0, 4);
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

/**
 * Shows other runs that this one is alive, for as long as its process is: the system closes the socket with it, so
 * that nothing has to be judged by its age.
 *
 * @returns A lock; if there is no place for sockets, one that others cannot check, and therefore leave alone.
 */
export async function lockRun(): Promise<RunLock> {
  try {
    const runId = (await ownPart()) + randomBytes(2).toString('hex');
    const server = await listen(addressOf(runId));
    return {
      runId,
      release: async () => {
        await new Promise((resolve) => server.close(resolve));
        if (process.platform !== 'win32') await rm(addressOf(runId), { force: true });
      },
    };
  } catch {
    return { runId: randomBytes(4).toString('hex'), release: () => Promise.resolve() };
  }
}

let ownRun: Promise<string> | undefined;

/**
 * The id of this process, for files that no batch owns. It is shown to others, like that of {@link lockRun}, from its
 * first use until the process ends.
 */
export function processRunId(): Promise<string> {
  ownRun ??= lockRun().then(({ runId }) => {
    if (process.platform !== 'win32') {
      process.once('exit', () => {
        rmSync(addressOf(runId), { force: true });
      });
    }
    return runId;
  });
  return ownRun;
}

/** Whether the run of this id is still alive. */
export async function stateOfRun(runId: string): Promise<RunState> {
  const own = await ownPart().catch(() => undefined);
  if (own === undefined || !runId.startsWith(own)) return 'unknown';
  const address = addressOf(runId);
  const isAlive = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  if (!isAlive && process.platform !== 'win32') await rm(address, { force: true });
  return isAlive ? 'alive' : 'gone';
}
