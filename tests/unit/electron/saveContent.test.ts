import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { saveContent } from '../../../electron/saveContent.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('saving never changes another file, even one with the name of an unfinished file', async () => {
  const folder = temporaryFolder();
  const [chosen, source] = [path.join(folder, 'a.png'), path.join(temporaryFolder(), 'made.png')];
  writeFileSync(`${chosen}.part`, 'a download of the user');
  writeFileSync(source, 'made');
  await saveContent(chosen, { contentType: 'image/png', file: source });
  expect(readFileSync(chosen, 'utf8')).toBe('made');
  await saveContent(chosen, { contentType: 'image/png', bytes: Buffer.from('again') });
  expect(readFileSync(chosen, 'utf8')).toBe('again');
  expect(readFileSync(`${chosen}.part`, 'utf8')).toBe('a download of the user');
  expect(readdirSync(folder).sort()).toEqual(['a.png', 'a.png.part']);
});

test('an existing file stays intact if saving fails', async () => {
  const folder = temporaryFolder();
  const chosen = path.join(folder, 'a.png');
  writeFileSync(chosen, 'before');
  chmodSync(chosen, 0o400);
  const gone = path.join(folder, 'gone.png');
  await expect(saveContent(chosen, { contentType: 'image/png', file: gone })).rejects.toThrow();
  expect([readFileSync(chosen, 'utf8'), readdirSync(folder)]).toEqual(['before', ['a.png']]);
});
