import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isPlainPath, Roots } from '../../../core/machines/roots.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function scansFolder(): string {
  const folder = path.join(temporaryFolder(), 'scans');
  mkdirSync(path.join(folder, 'box 1'), { recursive: true });
  writeFileSync(path.join(folder, 'box 1', 'page.png'), 'image');
  return folder;
}

test('a file is located by its root and resolved on a machine that has it elsewhere', async () => {
  const [here, there] = [scansFolder(), scansFolder()];
  const coordinator = await Roots.open([`scans=${here}`]);
  const worker = await Roots.open([`scans=${there}`]);
  const place = await coordinator.locate(path.join(here, 'box 1', 'page.png'));
  expect(place).toEqual({ root: 'scans', path: 'box 1/page.png' });
  expect(place && (await worker.resolve(place))).toBe(path.join(there, 'box 1', 'page.png'));
});

test('a path belongs to the innermost of nested roots', async () => {
  const folder = scansFolder();
  const roots = await Roots.open([`scans=${folder}`, `box=${path.join(folder, 'box 1')}`]);
  expect(await roots.locate(path.join(folder, 'box 1', 'page.png'))).toEqual({
    root: 'box',
    path: 'page.png',
  });
});

test('a file that is below no root, or is a link out of one, is not shared', async () => {
  const folder = scansFolder();
  const outside = path.join(temporaryFolder(), 'secret.png');
  writeFileSync(outside, 'secret');
  symlinkSync(outside, path.join(folder, 'link.png'));
  const roots = await Roots.open([`scans=${folder}`]);
  expect(await roots.locate(outside)).toBeUndefined();
  expect(await roots.locate(path.join(folder, 'link.png'))).toBeUndefined();
});

test.each(['link.png', 'folder/secret.png', 'folder'])(
  'a link that leaves the root is refused: %s',
  async (relative) => {
    const folder = scansFolder();
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 'secret.png'), 'secret');
    symlinkSync(path.join(outside, 'secret.png'), path.join(folder, 'link.png'));
    symlinkSync(outside, path.join(folder, 'folder'));
    const roots = await Roots.open([`scans=${folder}`]);
    await expect(roots.resolve({ root: 'scans', path: relative })).rejects.toMatchObject({
      code: 'request/forbidden',
    });
  },
);

test.each(['..', '../secret', 'box 1/../../secret', '/etc/passwd', 'box 1//page.png', './page.png', 'a\0b'])(
  'a path that is not plain is refused: %j',
  async (relative) => {
    const roots = await Roots.open([`scans=${scansFolder()}`]);
    expect(isPlainPath(relative)).toBe(false);
    await expect(roots.resolve({ root: 'scans', path: relative })).rejects.toMatchObject({
      code: 'request/forbidden',
    });
  },
);

test('a name is found in the other Unicode form, unless that is ambiguous', async () => {
  const folder = scansFolder();
  const [composed, decomposed] = ['caf\u00e9.png', 'cafe\u0301.png'];
  writeFileSync(path.join(folder, decomposed), 'image');
  const roots = await Roots.open([`scans=${folder}`]);
  expect(await roots.resolve({ root: 'scans', path: composed })).toBe(path.join(folder, decomposed));
  const other = '\u1e9b\u0323.png';
  for (const form of ['NFD', 'NFC'] as const) writeFileSync(path.join(folder, other.normalize(form)), form);
  const third = '\u017f\u0307\u0323.png';
  await expect(roots.resolve({ root: 'scans', path: third })).rejects.toMatchObject({
    code: 'input/not-found',
  });
});

test('a name in another case is another file', async () => {
  const folder = scansFolder();
  const roots = await Roots.open([`scans=${folder}`]);
  // A file system that ignores case resolves the name itself.
  const resolved = await roots.resolve({ root: 'scans', path: 'BOX 1/page.png' }).catch(() => undefined);
  if (process.platform === 'linux') expect(resolved).toBeUndefined();
});

test.each(['scans', '=x', 'Scans=.', 'a b=.', 'scans=', 'scans=/nowhere/at/all', '../x=.'])(
  'a root that cannot be used is named: %j',
  async (option) => {
    await expect(Roots.open([option])).rejects.toMatchObject({ code: 'usage/invalid-option' });
  },
);

test('two roots cannot have the same name', async () => {
  await expect(Roots.open(['a=.', 'a=..'])).rejects.toThrow('The root a is given twice.');
});
