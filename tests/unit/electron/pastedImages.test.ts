import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { MAX_PASTED_BYTES } from '../../../core/api/contract.ts';
import { PastedImages } from '../../../electron/pastedImages.ts';
import { examples } from '../../support/standIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const cat = readFileSync(path.join(examples, 'cat.jpg'));

function open(): { readonly pasted: PastedImages; readonly folder: string } {
  const folder = path.join(temporaryFolder(), 'data', 'pasted');
  return { pasted: new PastedImages(folder, () => '/home/me/Pictures'), folder };
}

test('an image is kept for this user alone, each in a separate folder', async () => {
  const { pasted, folder } = open();
  const [first, second] = [await pasted.keep('image.png', cat), await pasted.keep('image.png', cat)];
  expect(readFileSync(first)).toEqual(cat);
  expect(path.basename(first)).toBe('image.png');
  expect(path.dirname(second)).not.toBe(path.dirname(first));
  if (process.platform !== 'win32') {
    expect([folder, path.dirname(first), first].map((file) => statSync(file).mode & 0o777)).toEqual([
      0o700, 0o700, 0o600,
    ]);
  }
});

test.each([
  ['../../etc/passwd', '__.._etc_passwd'],
  ['/etc/cron.d/job', '_etc_cron.d_job'],
  ['C:\\Windows\\system32\\a.png', 'C__Windows_system32_a.png'],
  ['..', '_'],
  ['', 'picture'],
  ['nul.png', '_nul.png'],
  ['a\u0000b\n.png', 'a_b_.png'],
  [`${'圖'.repeat(500)}.png`, `${'圖'.repeat(65)}.png`],
])('the name %.40j cannot lead elsewhere', async (name, kept) => {
  const { pasted, folder } = open();
  const file = await pasted.keep(name, cat);
  expect(path.dirname(path.dirname(file))).toBe(folder);
  expect(path.basename(file)).toBe(kept);
});

test.each([
  ['no image', Buffer.from('#!/bin/sh\nrm -rf /'), 'image/unsupported-format'],
  ['a drawing with code in it', Buffer.from('<svg onload="alert(1)"/>'), 'image/unsupported-format'],
  ['nothing', Buffer.alloc(0), 'image/unsupported-format'],
  ['too much', Buffer.concat([cat, Buffer.alloc(MAX_PASTED_BYTES)]), 'upload/too-large'],
])('%s is refused, and nothing is written', async (_, bytes, code) => {
  const { pasted, folder } = open();
  await expect(pasted.keep('image.png', bytes)).rejects.toMatchObject({ code });
  expect(existsSync(folder)).toBe(false);
});

test('only pasted images have their results in another folder', async () => {
  const { pasted, folder } = open();
  const file = await pasted.keep('image.png', cat);
  expect(pasted.ownFolder(path.dirname(file))).toBe('/home/me/Pictures');
  for (const other of [folder, path.join(folder, 'a', 'b'), `${folder}-evil/a`, '/photos'])
    expect(pasted.ownFolder(other)).toBe(other);
});

test('images older than a month are deleted, newer ones stay', async () => {
  const { pasted, folder } = open();
  await pasted.removeOld(); // there is no folder yet
  const [old, recent] = [await pasted.keep('old.jpg', cat), await pasted.keep('recent.jpg', cat)];
  const longAgo = new Date(Date.now() - 31 * 86_400_000);
  utimesSync(path.dirname(old), longAgo, longAgo);
  await pasted.removeOld();
  expect(readdirSync(folder)).toEqual([path.basename(path.dirname(recent))]);
});

test('a clock that is wrong at one start deletes no image', async () => {
  const { pasted, folder } = open();
  await pasted.removeOld();
  await pasted.keep('waiting.jpg', cat);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2099-01-01') });
  await pasted.removeOld();
  vi.useRealTimers();
  await pasted.removeOld();
  expect(readdirSync(folder)).toHaveLength(1);
});
