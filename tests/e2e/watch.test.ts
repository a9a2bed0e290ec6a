import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fixturePath } from '../support/images.ts';
import { runProgram } from '../support/runProgram.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

function makeInbox(): { readonly root: string; readonly inbox: string; readonly options: string[] } {
  const root = temporaryFolder();
  const inbox = path.join(root, 'inbox');
  mkdirSync(path.join(inbox, 'sub'), { recursive: true });
  copyFileSync(fixturePath('rgb8.png'), path.join(inbox, 'sub', 'a.png'));
  writeFileSync(path.join(inbox, 'notes.txt'), 'words');
  const options = [
    '-s',
    '2',
    '-n',
    'nearest',
    '--once',
    '--settle',
    '200ms',
    '--data',
    path.join(root, 'data'),
  ];
  return { root, inbox, options };
}

test('watching once enlarges existing images, reports skipped files, moves originals, and enlarges nothing twice', async () => {
  const { root, inbox, options } = makeInbox();
  const out = path.join(root, 'out');
  const done = path.join(root, 'done');
  const watch = ['watch', inbox, '-o', out, '--move-originals', done, '--json', ...options];
  const first = await runProgram(watch);
  expect(first.code).toBe(0);
  const lines = first.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ type: 'watched-job-ended', state: 'done' }));
  expect(lines).toContainEqual(expect.objectContaining({ type: 'passed-over', name: 'notes.txt' }));
  expect(readdirSync(path.join(out, 'sub'))).toEqual(['a_2x.png']);
  expect(existsSync(path.join(done, 'sub', 'a.png'))).toBe(true);
  const second = await runProgram(watch);
  expect(second.stdout).not.toContain('watched-job-ended');
});

test('results that would end up among the images are refused as a usage error', async () => {
  const { root, inbox, options } = makeInbox();
  const { code, stderr } = await runProgram(['watch', inbox, '-o', root, ...options]);
  expect(code).toBe(2);
  expect(stderr).toContain('watch/feeds-itself');
});

test('watching once ends with the reason if the disk of the results has too little space', async () => {
  const { root, inbox, options } = makeInbox();
  const data = path.join(root, 'data');
  mkdirSync(data);
  const minFreeDiskMb = 1_048_576; // a terabyte
  writeFileSync(path.join(data, 'settings.json'), JSON.stringify({ minFreeDiskMb }));
  const out = path.join(root, 'out');
  const { code, stderr } = await runProgram(['watch', inbox, '-o', out, ...options]);
  expect(stderr).toContain('has too little free space. The images are left for the next time.');
  expect(code).toBe(1);
  writeFileSync(path.join(data, 'settings.json'), JSON.stringify({ minFreeDiskMb: 0 }));
  expect((await runProgram(['watch', inbox, '-o', out, ...options])).code).toBe(0);
  expect(readdirSync(path.join(out, 'sub'))).toEqual(['a_2x.png']);
});
