import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const checker = fileURLToPath(new URL('../../build/checkWords.mjs', import.meta.url));

/** Writes the files, checks them, and returns the exit code and every hit as `file:line found`. */
function check(files: Readonly<Record<string, string>>): { code: number | null; hits: string[] } {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const { status, stderr } = spawnSync(process.execPath, [checker, folder], { encoding: 'utf8' });
  const hits = [...stderr.matchAll(/^(\S+:\d+): “(.*)” →/gm)].map(([, at, found]) => `${at} ${found}`);
  return { code: status, hits };
}

test('each pattern is found in Markdown, with its file and line', () => {
  const sentences = [
    'A link is no file.',
    'One of them is none.',
    'Empty where there is none.',
    'The summary says what was done.',
    'A job knows its place.',
    'The owner is told.',
    'It is in the folder that lies beside it.',
    'Sorted, the worst first.',
    'It goes on with the rest.',
    'Only so many fit.',
    'Then it is let go.',
    'About 50 % of them.',
    'A picture.',
    'It is enhanced.',
    'The folder where it lies.',
    'A worker goes on.',
    'A file is read to its end.',
    'A run of which nothing is known.',
    'A sidecar is taken along.',
    'Nobody sees it.',
    'It is drawn anew.',
    'Both ran in turns.',
    'The graph tells where.',
    'Sides, factors and the like.',
    'The result is made again.',
    'The frames are whole.',
    'A chunk that holds XMP.',
  ];
  const { code, hits } = check({ 'docs/page.md': `${sentences.join('\n\n')}\n` });
  expect(hits).toEqual([
    'docs/page.md:1 is no file',
    'docs/page.md:3 is none',
    'docs/page.md:5 where there is none',
    'docs/page.md:7 says what',
    'docs/page.md:9 job knows',
    'docs/page.md:11 is told',
    'docs/page.md:13 that lies',
    'docs/page.md:13 lies beside',
    'docs/page.md:13 beside',
    'docs/page.md:15 the worst first',
    'docs/page.md:17 It goes on',
    'docs/page.md:17 goes on with',
    'docs/page.md:19 so many',
    'docs/page.md:21 let go',
    'docs/page.md:23 0 %',
    'docs/page.md:25 picture',
    'docs/page.md:27 enhanced',
    'docs/page.md:29 it lies',
    'docs/page.md:31 worker goes on',
    'docs/page.md:33 to its end',
    'docs/page.md:35 of which nothing is known',
    'docs/page.md:37 taken along',
    'docs/page.md:39 Nobody',
    'docs/page.md:41 anew',
    'docs/page.md:43 in turns',
    'docs/page.md:45 tells where',
    'docs/page.md:45 tells',
    'docs/page.md:47 the like',
    'docs/page.md:49 made again',
    'docs/page.md:51 are whole',
    'docs/page.md:53 chunk that holds',
  ]);
  expect(code).toBe(1);
});

test('good English, code and values are not reported', () => {
  const { code, hits } = check({
    'docs/page.md':
      'There is no limit. If there is none, it is no longer kept; it is no larger than 50%. `where there is none`\n\n```\nsay that\n```\n',
    'core/values.ts':
      "/** A share. */\nexport const share = (n: number): number => n % 2;\nexport const kind = 'not-a-picture';\nexport const view = { pictures: [] };\n",
    'renderer/Row.svelte':
      '<script lang="ts">\n  const odd = 7 % 2;\n</script>\n\n<option value="beside">{odd} rows</option>\n',
  });
  expect(hits).toEqual([]);
  expect(code).toBe(0);
});

test('comments over several lines, sentences in strings and names are read in every language of the tree', () => {
  const { hits } = check({
    'core/a.ts': '/**\n * The result is\n * no file.\n */\nexport const a = 1;\n',
    'core/b.ts': '// It is\n// none.\nexport const b = `About ${1} % of it is none.`;\n',
    'core/c.ts': 'export const firstPicture = 1;\nexport function tellAll(): void {}\n',
    'renderer/Row.svelte':
      '<script lang="ts">\n  // It is none.\n</script>\n<p title="It is told">\nso many\n</p>\n',
    'training/d.py': 'x = 5 % 3  # the rest is none\n"""\nIt is\nno file.\n"""\n',
  });
  expect(hits).toEqual([
    'core/a.ts:2 is no file',
    'core/b.ts:1 is none',
    'core/b.ts:3  %',
    'core/b.ts:3 is none',
    'core/c.ts:1 firstPicture',
    'core/c.ts:2 tellAll',
    'renderer/Row.svelte:2 is none',
    'renderer/Row.svelte:4 is told',
    'renderer/Row.svelte:5 so many',
    'training/d.py:1 is none',
    'training/d.py:3 is no file',
  ]);
});

test('what looks like a comment inside a string, a template or a pattern is not one', () => {
  const { hits } = check({
    'core/a.ts': [
      "const url = 'https://it-is.example/so-many';",
      'const nested = `${`/* ${url} */`} // then`; // It is none.',
      'const slashes = /\\/\\* so many/; // A picture.',
      '',
    ].join('\n'),
  });
  expect(hits).toEqual(['core/a.ts:2 is none', 'core/a.ts:3 picture']);
});

test('the wording of the tree is gated: the static check runs it over every file', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
  expect(scripts['check:static']).toContain('npm run check:words');
  expect(scripts['check:words']).toBe('node build/checkWords.mjs');
});
