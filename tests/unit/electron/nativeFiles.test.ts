import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNatives, hashNative, type NativeHashes } from '../../../electron/nativeFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const FILES = {
  'node_modules/engine/bin/engine.node': 'machine code',
  'node_modules/engine/package.json': '{ "name": "engine", "main": "index.js", "scripts": {} }',
  'node_modules/engine/index.js': 'module.exports = require("./bin/engine.node");',
  'node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.1': 'image library',
};

/** A folder next to an archive, and the hashes that were recorded when it was packaged. */
function unpack(): { readonly folder: string; readonly hashes: NativeHashes } {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const hashes = Object.entries(FILES).map(([name, text]) => [name, hashNative(name, Buffer.from(text))]);
  return {
    folder,
    hashes: { schema: 'enlarger.natives/1', files: Object.fromEntries(hashes) as NativeHashes['files'] },
  };
}

test('packaged libraries are accepted, even without the fields that packaging drops from package.json', async () => {
  const { folder, hashes } = unpack();
  await checkNatives(folder, hashes);
  const file = path.join(folder, 'node_modules/engine/package.json');
  writeFileSync(file, '{"main":"index.js","name":"engine"}');
  await checkNatives(folder, hashes);
  // A library of another system is not packaged, and is not missed.
  rmSync(path.join(folder, 'node_modules/engine/index.js'));
  await checkNatives(folder, hashes);
});

test.each<[string, string, (file: string) => void]>([
  [
    'one bit',
    'node_modules/engine/bin/engine.node',
    (file) => {
      const bytes = readFileSync(file);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
  ],
  [
    'a script',
    'node_modules/engine/index.js',
    (file) => {
      writeFileSync(file, 'steal()');
    },
  ],
  [
    'what is loaded',
    'node_modules/engine/package.json',
    (file) => {
      writeFileSync(file, '{ "name": "engine", "main": "../../../../tmp/evil.js" }');
    },
  ],
  [
    'a package that is not JSON',
    'node_modules/engine/package.json',
    (file) => {
      writeFileSync(file, '{');
    },
  ],
  [
    'a file more',
    'node_modules/engine/bin/more.node',
    (file) => {
      writeFileSync(file, 'evil');
    },
  ],
  [
    'a package more',
    'node_modules/evil/index.js',
    (file) => {
      mkdirSync(path.dirname(file));
      writeFileSync(file, 'evil');
    },
  ],
  [
    'a link in a library’s place',
    'node_modules/engine/bin/engine.node',
    (file) => {
      rmSync(file);
      symlinkSync(path.join(path.dirname(file), '../index.js'), file);
    },
  ],
])('%s changed is refused, with the file', async (_, name, change) => {
  const { folder, hashes } = unpack();
  change(path.join(folder, name));
  await expect(checkNatives(folder, hashes)).rejects.toMatchObject({
    code: 'program/damaged',
    details: { file: name },
  });
});

describe('a library under the LGPL', () => {
  const name = 'node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.1';

  test('that was replaced is refused with advice, and on request accepted and reported', async () => {
    const { folder, hashes } = unpack();
    expect(await checkNatives(folder, hashes, true)).toEqual([]);
    writeFileSync(path.join(folder, name), 'a build of my own');
    await expect(checkNatives(folder, hashes)).rejects.toThrow(/was changed.*ENLARGER_OWN_LIBRARIES=1/);
    expect(await checkNatives(folder, hashes, true)).toEqual([expect.stringContaining(name)]);
    writeFileSync(path.join(folder, path.dirname(name), 'libvips.so.99'), 'another name');
    expect(await checkNatives(folder, hashes, true)).toHaveLength(2);
  });

  test.each([
    'node_modules/engine/index.js',
    'node_modules/@img/sharp-linux-x64/sharp.node',
    'node_modules/wasm-vips.js',
  ])('does not permit to change %s', async (other) => {
    const { folder, hashes } = unpack();
    mkdirSync(path.dirname(path.join(folder, other)), { recursive: true });
    writeFileSync(path.join(folder, other), 'changed');
    await expect(checkNatives(folder, hashes, true)).rejects.toMatchObject({ code: 'program/damaged' });
  });
});
