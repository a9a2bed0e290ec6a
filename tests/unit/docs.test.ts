import { readFileSync } from 'node:fs';
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
