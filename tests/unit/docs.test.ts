import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

function read(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

test('docs/dependencies.md gives a reason for every package, and for no other', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, Record<string, string>>>;
  const declared = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  );
  const rows = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) =>
      name.endsWith('/*') ? declared.filter((known) => known.startsWith(name.slice(0, -1))) : [name],
    ),
  );
  expect(named.toSorted()).toEqual(declared.toSorted());
});

test('docs/architecture.md shows the actual import rules', () => {
  const { ROOMS } = createRequire(import.meta.url)('../../build/dependencyRules.cjs') as {
    ROOMS: Readonly<Record<string, { readonly imports: readonly string[] }>>;
  };
  const rules = Object.entries(ROOMS).filter(([room]) => room !== 'tests');
  const [, table = ''] = read('docs/architecture.md').split('## Who may import whom');
  const rows = [...table.matchAll(/^\| `([^`]+)` *\| (.*) \|$/gm)].map(([, room = '', cell = '']) => [
    room,
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => `core/${name}`),
  ]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(rules.map(([room, { imports }]) => [room, imports])),
  );
});
