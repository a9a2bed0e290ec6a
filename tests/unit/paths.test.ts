import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const checker = fileURLToPath(new URL('../../build/checkPaths.mjs', import.meta.url));

/** Writes the files, checks them, and returns the exit code and every line but the last. */
function check(files: Readonly<Record<string, string>>): { code: number | null; found: string[] } {
  const folder = temporaryFolder();
  const all = { 'package.json': '{"scripts":{"there":"true"}}', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const { status, stderr } = spawnSync(process.execPath, [checker, folder], { encoding: 'utf8' });
  return { code: status, found: stderr.trim().split('\n').slice(0, -1) };
}

test('paths, file names, links and scripts that do not exist are found, with their line', () => {
  const { code, found } = check({
    'core/api/there.ts': '// See core/api/gone.ts.\nexport const value = "core/api/unread.ts";\n',
    'docs/page.md': [
      '`core/api/there.ts`, `core/api/lost.ts`, `there.ts`, `lost.ts`',
      '[a link](page.md), [another](missing.md#part), [a site](https://site.example/core/api/far.ts)',
      '`npm run there`, `npm run away`, `node dist/core/api/there.js`, `node dist/core/api/lost.js`',
    ].join('\n'),
  });
  expect(found.toSorted()).toEqual([
    'core/api/there.ts:1: core/api/gone.ts does not exist',
    'docs/page.md:1: core/api/lost.ts does not exist',
    'docs/page.md:1: lost.ts does not exist',
    'docs/page.md:2: missing.md does not exist',
    'docs/page.md:3: dist/core/api/lost.js does not exist',
    'docs/page.md:3: npm run away does not exist',
  ]);
  expect(code).toBe(1);
});

test('names with placeholders, and paths relative to a page’s folder, are accepted', () => {
  const { code, found } = check({
    'training/README.md':
      'See tests/test_net.py, resources/models/<name>/manifest.json and core/*/tsconfig.json.\n',
    'training/tests/test_net.py': '# training/tests/test_net.py\n',
  });
  expect(found).toEqual([]);
  expect(code).toBe(0);
});
