import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const checker = fileURLToPath(new URL('../../build/checkExports.mjs', import.meta.url));

/** Writes the files, checks them, and returns the exit code and every line but the last. */
function check(files: Readonly<Record<string, readonly string[]>>): { code: number | null; found: string[] } {
  const folder = temporaryFolder();
  for (const [name, lines] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  }
  const { status, stderr } = spawnSync(process.execPath, [checker, folder], { encoding: 'utf8' });
  return { code: status, found: stderr.trim().split('\n').slice(0, -1) };
}

test('every kind of unused export is found', () => {
  const { code, found } = check({
    'core/api/part.ts': [
      'export const alone = 1;',
      'export function inside(): number { return alone; }',
      'export const value = inside();',
      'export interface Forgotten { readonly size: number }',
      'export class Tested {}',
      'export const { left, right } = { left: 1, right: 2 };',
    ],
    'core/api/other.ts': ["import { value, left } from './part.ts';", 'console.log(value, left);'],
    'tests/unit/part.test.ts': [
      "import { alone, Tested } from '../../core/api/part.ts';",
      'console.log(alone, Tested);',
    ],
  });
  expect(found).toEqual([
    'core/api/part.ts:2: inside is used in its own file only',
    'core/api/part.ts:4: Forgotten is a type that nothing uses',
    'core/api/part.ts:5: Tested is used by tests only',
    'core/api/part.ts:6: right is not used',
  ]);
  expect(code).toBe(1);
});

test('exports that are used in any way are not reported', () => {
  expect(
    check({
      'core/api/part.ts': [
        'export interface Options { readonly size: number }',
        'export function take(options: Options): number { return options.size; }',
        'export const lazy = 1;',
        'export const named = 2;',
        'export const ofComponent = 3;',
        'export type Kind = string;',
        'export const compiled = 4;',
        'export const passedOn = 5;',
      ],
      'core/api/list.ts': ["export { passedOn } from './part.ts';"],
      'core/api/whole.ts': ['export const one = 1;', 'export const two = 2;'],
      'core/api/start.ts': [
        "import { take as takeOne } from './part.ts';",
        "import { passedOn } from './list.ts';",
        "import * as whole from './whole.ts';",
        "const { lazy } = await import('./part.ts');",
        "console.log(takeOne({ size: 1 }), lazy, (await import('./part.ts')).named, passedOn, whole);",
        "console.log(null as unknown as import('./part.ts').Kind);",
      ],
      'renderer/Page.svelte': [
        '<script lang="ts">',
        "  import { ofComponent } from '../core/api/part.ts';",
        '</script>',
        '<p>{ofComponent}</p>',
      ],
      'build/tool.mjs': ["import { compiled } from '../dist/core/api/part.js';", 'console.log(compiled);'],
    }),
  ).toEqual({ code: 0, found: [] });
});
