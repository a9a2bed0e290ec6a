import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { fileKey } from '../../../core/files/fileKey.ts';
import { ModelHashes } from '../../../core/host/queue/modelHashes.ts';
import { recover } from '../../../core/host/queue/recover.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { Store } from '../../../core/store/store.ts';
import type { StoredJob } from '../../../core/store/storedJob.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const CONTENT = 'the finished image';

interface Scene {
  readonly folder: string;
  readonly target: string;
  readonly temp: string;
  readonly scratchFolder: string;
  /** The input, in a separate folder. */
  readonly source: string;
}

const write = (file: string, text = CONTENT): void => {
  writeFileSync(file, text);
};

/** What a crash can leave behind, and the expected outcome. */
const CASES: readonly {
  readonly what: string;
  readonly isPublishing: boolean;
  readonly exists?: 'skip' | 'rename' | 'overwrite';
  /** What the crash left, after the finished file was there under its temporary name. */
  readonly leave: (scene: Scene) => void;
  readonly state: 'done' | 'queued';
  /** Where the result is, and what is in the folder. */
  readonly output?: string;
  readonly names: readonly string[];
}[] = [
  {
    what: 'half a file of a running job: run again',
    isPublishing: false,
    leave: ({ temp }) => {
      write(temp, 'half');
    },
    state: 'queued',
    names: [],
  },
  {
    what: 'a complete file without its name: it gets its name',
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
    what: 'a numbered name next to a foreign file: done, and found',
    isPublishing: true,
    exists: 'rename',
    leave: ({ temp, target, folder }) => {
      write(target, 'someone else');
      linkSync(temp, path.join(folder, 'a (2).png'));
    },
    state: 'done',
    output: 'a (2).png',
    names: ['a (2).png', 'a.png'],
  },
  {
    what: 'neither: run again',
    isPublishing: true,
    leave: ({ folder, temp }) => {
      removeFrom(folder, temp);
    },
    state: 'queued',
    names: [],
  },
  {
    what: 'a temporary file that is not the finished one: run again',
    isPublishing: true,
    leave: ({ folder, temp }) => {
      removeFrom(folder, temp);
      write(temp, 'something else of its');
    },
    state: 'queued',
    names: [],
  },
];

/** A store with one job that was running, or whose complete file was about to get its name. */
async function crashed({
  isPublishing,
  exists = 'skip',
}: Pick<(typeof CASES)[number], 'isPublishing' | 'exists'>): Promise<{
  store: Store;
  job: StoredJob;
  scene: Scene;
}> {
  const folder = path.join(temporaryFolder(), 'out');
  mkdirSync(folder);
  const scene = {
    folder,
    target: path.join(folder, 'a.png'),
    temp: path.join(folder, '.enlarger-00000000-1.part'),
    scratchFolder: path.join(folder, '.enlarger-00000000-1.scratch'),
    source: path.join(temporaryFolder(), 'a.jpg'),
  };
  write(scene.source, 'the original');
  const store = openMemoryStore();
  const waiting = { ...waitingJobs(1)[0]!, source: scene.source, target: scene.target };
  store.addBatch(sampleBatch({ exists }), 0, [waiting]);
  const { temp, scratchFolder } = scene;
  const job = store.transitions.takeNext(() => ({ tempPath: temp, scratchFolder }))!;
  mkdirSync(scratchFolder);
  if (isPublishing) {
    write(temp);
    const sha256 = createHash('sha256').update(CONTENT).digest('hex');
    const file = { width: 8, height: 6, sizeBytes: CONTENT.length, sha256 };
    const made = { input: file, output: file, device: 'cpu', repairedTiles: 0, warnings: [], elapsedMs: 1 };
    store.transitions.startPublishing(job, { fileKey: (await fileKey(temp))!, made });
  }
  return { store, job, scene };
}

/** Moved away, not deleted, so that no new file can get its inode. */
function removeFrom(folder: string, file: string): void {
  renameSync(file, path.join(folder, '..', path.basename(file)));
}

test.each(CASES)('$what', async ({ isPublishing, exists = 'skip', leave, state, output, names }) => {
  const { store, job, scene } = await crashed({ isPublishing, exists });
  const { folder } = scene;
  leave(scene);
  const { interrupted } = await recover({ store, modelHashes: new ModelHashes() });
  expect(interrupted).toBe(1);
  expect(store.jobs.get(job.id)?.state).toMatchObject({
    kind: state,
    ...(output !== undefined && { outputPath: path.join(folder, output) }),
  });
  expect(readdirSync(folder).sort()).toEqual(names);
  expect(existsSync(scene.scratchFolder)).toBe(false);
  expect((await recover({ store, modelHashes: new ModelHashes() })).interrupted).toBe(0);
});

describe('a finished file that has no name yet', () => {
  const modelHashes = new ModelHashes();

  test('gets none if its batch may no longer write there, and is run again', async () => {
    const { store, job, scene } = await crashed({ isPublishing: true });
    const asked: string[] = [];
    const assertAllowed = (_spec: unknown, target: string): Promise<void> => {
      asked.push(target);
      return Promise.reject(new EnlargerError('request/forbidden', 'The folder is a link by now.'));
    };
    await recover({ store, modelHashes, assertAllowed });
    expect([store.jobs.get(job.id)?.state.kind, asked]).toEqual(['queued', [scene.target]]);
    expect(readdirSync(scene.folder)).toEqual([]);
  });

  test('brings its sidecars, and is not readable by more users than its source', async () => {
    const { store, scene } = await crashed({ isPublishing: true });
    writeFileSync(`${scene.source}.xmp`, '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');
    chmodSync(scene.source, 0o600);
    await recover({ store, modelHashes });
    expect(readdirSync(scene.folder)).toEqual(['a.png', 'a.png.xmp']);
    if (process.platform !== 'win32') expect(statSync(scene.target).mode & 0o777).toBe(0o600);
  });

  test('never replaces the result of another source, not even with overwrite', async () => {
    const { store, job, scene } = await crashed({ isPublishing: true, exists: 'overwrite' });
    const theirs = 'the result of another image';
    write(scene.target, theirs);
    const hash = createHash('sha256').update(theirs).digest('hex');
    store.addBatch(sampleBatch(), 0, [{ ...waitingJobs(1)[0]!, source: '/photos/other.png' }]);
    const other = store.transitions.takeNext(() => ({ tempPath: '/t', scratchFolder: '/s' }))!;
    const made = { contentHash: 'c', settingsHash: 's', modelHash: 'm' };
    const output = { outputPath: scene.target, outputHash: hash, outputBytes: theirs.length };
    store.results.add(other.id, { ...made, ...output });
    await recover({ store, modelHashes });
    expect(readFileSync(scene.target, 'utf8')).toBe(theirs);
    expect(store.jobs.get(job.id)?.state).toMatchObject({
      kind: 'done',
      outputPath: path.join(scene.folder, 'a (2).png'),
    });
  });
});
