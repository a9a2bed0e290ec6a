import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Static imports of values; types are gone after compiling, and `import()` runs when it is reached. */
const STATIC_IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gms;

/** All files that are loaded with one. */
function loadedWith(entry: string): Set<string> {
  const loaded = new Set<string>();
  const waiting = [path.join(root, entry)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file) || !existsSync(file)) continue;
    loaded.add(file);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
      waiting.push(path.resolve(path.dirname(file), target));
    }
  }
  return loaded;
}

test.each([
  'cli/main.ts',
  'cli/runCommand.ts',
  'cli/watchCommand.ts',
  'cli/serveCommand.ts',
  'cli/doctor/doctorCommand.ts',
  'core/host/startProgram.ts',
])('without --queue, %s loads nothing of other machines', (entry) => {
  const machines = path.join(root, 'core/machines');
  const loaded = [...loadedWith(entry)];
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.filter((file) => file.startsWith(machines))).toEqual([]);
});

test('the command of a machine loads it, so that this test can fail', () => {
  const loaded = [...loadedWith('cli/machines/workCommand.ts')];
  expect(loaded).toContain(path.join(root, 'core/machines/workerMachine.ts'));
});
