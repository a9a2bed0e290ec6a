import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fileKey } from '../../../core/files/fileKey.ts';
import { ModelHashes } from '../../../core/host/queue/modelHashes.ts';
import { recover } from '../../../core/host/queue/recover.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const CONTENT = 'the finished image';

interface Scene {
  readonly folder: string;
  readonly target: string;
  readonly temp: string;
}

const write = (file: string, text = CONTENT): void => {
  writeFileSync(file, text);
};

/** What a crash can leave, and what has to come of it. */
const CASES: readonly {
  readonly what: string;
  readonly isPublishing: boolean;
  readonly exists?: 'skip' | 'rename' | 'overwrite';
  /** What the crash left, after the finished file was there under its temporary name. */
  readonly leave: (scene: Scene) => void;
  readonly state: 'done' | 'queued';
  /** Where the result is, and what lies in the folder. */
  readonly output?: string;
  readonly names: readonly string[];
}[] = [
  {
    what: 'half a file of a job that was being made: made again',
    isPublishing: false,
    leave: ({ temp }) => {
      write(temp, 'half');
    },
    state: 'queued',
    names: [],
  },
  {
    what: 'a whole file without its name: it gets it',
    isPublishing: true,
    leave: () => undefined,
    state: 'done',
    output: 'a.png',
    names: ['a.png'],
  },
  {
    what: 'both names: done',
    isPublishing: true,
    leave: ({ temp, target }) => {
      linkSync(temp, target);
    },
    state: 'done',
    output: 'a.png',
    names: ['a.png'],
  },
  {
    what: 'the name only: done',
    isPublishing: true,
    leave: ({ temp, target, folder }) => {
      linkSync(temp, target);
      removeFrom(folder, temp);
    },
    state: 'done',
    output: 'a.png',
    names: ['a.png'],
  },
  {
    what: 'a numbered name beside a file of somebody else: done, and found',
    isPublishing: true,
    exists: 'rename',
    leave: ({ temp, target, folder }) => {
      write(target, 'somebody else');
      linkSync(temp, path.join(folder, 'a (2).png'));
    },
    state: 'done',
    output: 'a (2).png',
    names: ['a (2).png', 'a.png'],
  },
  {
    what: 'neither: made again',
    isPublishing: true,
    leave: ({ folder, temp }) => {
      removeFrom(folder, temp);
    },
    state: 'queued',
    names: [],
  },
  {
    what: 'a temporary file that is not what was finished: made again',
    isPublishing: true,
    leave: ({ folder, temp }) => {
      removeFrom(folder, temp);
      write(temp, 'something else of its');
    },
    state: 'queued',
    names: [],
  },
];

/** Moved away, not deleted, so that no new file can get its inode. */
function removeFrom(folder: string, file: string): void {
  renameSync(file, path.join(folder, '..', path.basename(file)));
}

test.each(CASES)('$what', async ({ isPublishing, exists = 'skip', leave, state, output, names }) => {
  const folder = path.join(temporaryFolder(), 'out');
  mkdirSync(folder);
  const scene = {
    folder,
    target: path.join(folder, 'a.png'),
    temp: path.join(folder, '.enlarger-00000000-1.part'),
  };
  const store = openMemoryStore();
  store.addBatch(sampleBatch({ exists }), 0, [{ ...waitingJobs(1)[0]!, target: scene.target }]);
  const scratchFolder = path.join(folder, '.enlarger-00000000-1.scratch');
  const job = store.transitions.takeNext(() => ({ tempPath: scene.temp, scratchFolder }))!;
  mkdirSync(scratchFolder);
  if (isPublishing) {
    write(scene.temp);
    const sha256 = createHash('sha256').update(CONTENT).digest('hex');
    const file = { width: 8, height: 6, sizeBytes: CONTENT.length, sha256 };
    const made = { input: file, output: file, device: 'cpu', repairedTiles: 0, warnings: [], elapsedMs: 1 };
    store.transitions.startPublishing(job, { fileKey: (await fileKey(scene.temp))!, made });
  }
  leave(scene);
  const { interrupted } = await recover({ store, modelHashes: new ModelHashes() });
  expect(interrupted).toBe(1);
  expect(store.jobs.get(job.id)?.state).toMatchObject({
    kind: state,
    ...(output !== undefined && { outputPath: path.join(folder, output) }),
  });
  expect(readdirSync(folder).sort()).toEqual(names);
  expect(existsSync(scratchFolder)).toBe(false);
  expect((await recover({ store, modelHashes: new ModelHashes() })).interrupted).toBe(0);
});
