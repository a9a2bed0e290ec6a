import * as files from 'node:fs/promises';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fileVersion } from '../../../core/files/fileKey.ts';
import { existingKind, numberedName, publish } from '../../../core/files/publish.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Error with which hard links are refused in a test, as on exFAT; undefined if they work. */
const links = vi.hoisted(() => ({ refusedBy: undefined as string | undefined }));

// Node's own module, not ours: there is no exFAT in a test.
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof files>();
  return {
    ...original,
    link: (from: string, to: string): Promise<void> =>
      links.refusedBy === undefined
        ? original.link(from, to)
        : Promise.reject(Object.assign(new Error('refused'), { code: links.refusedBy })),
  };
});

beforeEach(() => {
  links.refusedBy = undefined;
});

/** A folder with a finished temporary file, and where it has to go. */
function finished(content = 'new'): { folder: string; temp: string; target: string } {
  const folder = temporaryFolder();
  const temp = path.join(folder, '.enlarger-test.part');
  writeFileSync(temp, content);
  return { folder, temp, target: path.join(folder, 'image.png') };
}

function contentOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
}

describe.each([undefined, 'EPERM', 'ENOTSUP', 'ENOSYS'])('where hard links fail with %s', (refusedBy) => {
  beforeEach(() => {
    links.refusedBy = refusedBy;
  });

  test.each(['skip', 'overwrite', 'rename', 'error'] as const)('a free name is used (%s)', async (policy) => {
    const { folder, temp, target } = finished();
    expect(await publish(temp, target, policy)).toBe(target);
    expect(contentOf(folder)).toEqual({ 'image.png': 'new' });
  });

  test.each([
    { policy: 'skip', left: { 'image.png': 'old' }, published: undefined },
    {
      policy: 'overwrite',
      left: { 'image.png': 'old', 'image (2).png': 'new' },
      published: 'image (2).png',
    },
    {
      policy: 'rename',
      left: { 'image.png': 'old', 'image (2).png': 'new' },
      published: 'image (2).png',
    },
  ] as const)('what already exists: $policy', async ({ policy, left, published }) => {
    const { folder, temp, target } = finished();
    writeFileSync(target, 'old');
    const made = await publish(temp, target, policy);
    expect(made && path.basename(made)).toBe(published);
    expect(contentOf(folder)).toEqual(left);
  });

  test.each(['skip', 'overwrite', 'rename', 'error'] as const)(
    'the version that existed at the start is replaced (%s)',
    async (policy) => {
      const { folder, temp, target } = finished();
      writeFileSync(target, 'old');
      const replaces = (await fileVersion(target))!;
      expect(await publish(temp, target, policy, { replaces })).toBe(target);
      expect(contentOf(folder)).toEqual({ 'image.png': 'new' });
    },
  );

  test('a file that appeared during the work is not overwritten', async () => {
    const { folder, temp, target } = finished();
    writeFileSync(target, 'old');
    const replaces = (await fileVersion(target))!;
    await files.rm(target);
    writeFileSync(target, 'a photo of the user');
    expect(await publish(temp, target, 'overwrite', { replaces })).toBe(numberedName(target, 2));
    expect(contentOf(folder)).toMatchObject({ 'image.png': 'a photo of the user' });
  });

  test.each(['skip', 'overwrite', 'rename', 'error'] as const)(
    'an empty file that a crash left under the name does not count (%s)',
    async (policy) => {
      const { folder, temp, target } = finished();
      writeFileSync(target, '');
      expect(await publish(temp, target, policy)).toBe(target);
      expect(contentOf(folder)).toEqual({ 'image.png': 'new' });
    },
  );

  test('what already exists: error', async () => {
    const { folder, temp, target } = finished();
    writeFileSync(target, 'old');
    await expect(publish(temp, target, 'error')).rejects.toMatchObject({ code: 'output/exists' });
    expect(contentOf(folder)).toMatchObject({ 'image.png': 'old' });
  });

  test('rename uses the first free number', async () => {
    const { folder, temp, target } = finished();
    for (const name of ['image.png', 'image (2).png', 'image (3).png']) {
      writeFileSync(path.join(folder, name), 'old');
    }
    expect(await publish(temp, target, 'rename')).toBe(numberedName(target, 4));
  });

  test('a temporary file that is gone leaves nothing under the name', async () => {
    const { folder, temp, target } = finished();
    await files.rm(temp);
    await expect(publish(temp, target, 'skip')).rejects.toMatchObject({ code: 'output/not-writable' });
    expect(contentOf(folder)).toEqual({});
  });
});

test.each([undefined, 'EPERM'])(
  'of two that publish at once exactly one wins, 200 times (links: %s)',
  async (refusedBy) => {
    links.refusedBy = refusedBy;
    for (let race = 0; race < 200; race++) {
      const { folder, temp, target } = finished('first');
      const other = path.join(folder, '.enlarger-other.part');
      writeFileSync(other, 'second');
      const made = await Promise.all([publish(temp, target, 'skip'), publish(other, target, 'skip')]);
      expect(made.filter((published) => published === target)).toHaveLength(1);
      expect(contentOf(folder)).toEqual({ 'image.png': made[0] === undefined ? 'second' : 'first' });
    }
  },
);

test('a folder in the way is never replaced', async () => {
  for (const policy of ['skip', 'overwrite', 'rename', 'error'] as const) {
    const { temp, target } = finished();
    mkdirSync(target);
    await expect(publish(temp, target, policy)).rejects.toMatchObject({ code: 'output/is-a-directory' });
    expect(statSync(target).isDirectory()).toBe(true);
    expect(existsSync(temp)).toBe(true); // the caller deletes it
  }
});

test('the file itself moves: its times and its content stay', async () => {
  const { temp, target } = finished();
  await files.utimes(temp, 1_000_000_000, 1_234_567_890);
  const before = statSync(temp);
  await publish(temp, target, 'skip');
  const after = statSync(target);
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, 1_234_567_890_000]);
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a read-only folder is reported as one',
  async () => {
    const { folder, temp } = finished();
    const target = path.join(folder, 'locked', 'image.png');
    mkdirSync(path.dirname(target), { mode: 0o555 });
    await expect(publish(temp, target, 'skip')).rejects.toMatchObject({ code: 'output/no-permission' });
  },
);

test('the kind of file at a path is determined without following links', async () => {
  const folder = temporaryFolder();
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at('file'), '');
  mkdirSync(at('folder'));
  await files.symlink('nowhere', at('link'));
  const kinds = ['file', 'folder', 'link', 'none', path.join('file', 'below')].map((name) =>
    existingKind(at(name)),
  );
  expect(await Promise.all(kinds)).toEqual(['file', 'folder', 'other', 'nothing', 'nothing']);
});
