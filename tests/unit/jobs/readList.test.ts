import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { parseList, readList } from '../../../core/jobs/readList.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function utf16(text: string, littleEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return littleEndian ? bytes : bytes.swap16();
}

describe('a list is read', () => {
  const TEXT = 'C:\\été\\ü.jpg\r\n/tmp/海.png\r\n';
  const PATHS = ['C:\\été\\ü.jpg', '/tmp/海.png'];

  test.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16 LE, as from PowerShell', utf16(`\ufeff${TEXT}`, true)],
    ['UTF-16 BE', utf16(`\ufeff${TEXT}`, false)],
    ['UTF-16 LE without a byte order mark', utf16(TEXT, true)],
    ['UTF-16 BE without a byte order mark', utf16(TEXT, false)],
  ])('in %s', async (_, bytes) => {
    expect(await parseList(bytes)).toEqual(PATHS);
  });

  test('in Windows-1252', async () => {
    expect(await parseList(Buffer.from('\xe9t\xe9.jpg\n', 'latin1'))).toEqual(['été.jpg']);
  });

  test('with zero bytes between the paths', async () => {
    const paths = ['/photos/a\nb.jpg', '/photos/#c.jpg', '/photos/d.jpg'];
    expect(await parseList(Buffer.from(`${paths.join('\0')}\0`))).toEqual(paths);
  });

  test('if it is empty', async () => {
    expect(await parseList(Buffer.alloc(0))).toEqual([]);
    expect(await parseList(Buffer.from('\n\n# nothing\n  \n'))).toEqual([]);
  });
});

describe('a line', () => {
  test('that begins with # is a comment, unless a file has that name', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, '#hash.jpg'), '');
    const list = path.join(folder, 'list.txt');
    writeFileSync(list, '# a comment\n#hash.jpg\n');
    expect(await readList(list)).toEqual([path.join(folder, '#hash.jpg')]);
  });

  test('may be in quotes, which belong to it only if a file has them in its name', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, '"a".jpg'), '');
    writeFileSync(path.join(folder, "'b.jpg'"), '');
    const quoted = path.join(folder, "'b.jpg'");
    expect(await parseList(Buffer.from(`"/x/y z.jpg"\n'/x/q.jpg' \n${quoted}\n`))).toEqual([
      '/x/y z.jpg',
      '/x/q.jpg',
      quoted,
    ]);
  });

  test('with a relative path is found next to its list', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'sub'));
    writeFileSync(path.join(folder, 'sub', 'a b.jpg'), '');
    const list = path.join(folder, 'list.txt');
    writeFileSync(list, '"sub/a b.jpg"\nsub/gone.jpg\n');
    expect(await readList(list)).toEqual([path.join(folder, 'sub', 'a b.jpg'), 'sub/gone.jpg']);
  });
});

test('a list that cannot be read is an error that names it', async () => {
  await expect(readList('/nowhere/list.txt')).rejects.toMatchObject({
    code: 'input/not-found',
    details: { file: '/nowhere/list.txt' },
  });
});

describe.skipIf(process.platform === 'win32')('a list that comes through a named pipe', () => {
  function pipe(): string {
    const file = path.join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [file]);
    return file;
  }

  test.each([
    [
      'is read completely, however late it arrives',
      `sleep 0.3; printf '/a.png\\n'; sleep 0.3; echo /b.png`,
      ['/a.png', '/b.png'],
    ],
    ['may be empty', ':', []],
  ])('%s', async (_what, script, paths) => {
    const file = pipe();
    const writer = spawn('sh', ['-c', `{ ${script}; } > '${file}'`]);
    expect(await readList(file)).toEqual(paths);
    writer.kill();
  });

  test('is not waited for after the signal', async () => {
    const stop = new AbortController();
    const reading = readList(pipe(), stop.signal);
    stop.abort(new EnlargerError('job/cancelled', 'Stopped.'));
    await expect(reading).rejects.toMatchObject({ code: 'job/cancelled' });
    await expect(readList(pipe(), stop.signal)).rejects.toMatchObject({ code: 'job/cancelled' });
  });
});
