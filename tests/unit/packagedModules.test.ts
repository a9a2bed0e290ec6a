import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const roomsSchema = z.object({ ROOMS: z.record(z.string(), z.object({ imports: z.array(z.string()) })) });
const modulesSchema = z.object({
  packagedModules: z.function({ input: [], output: z.object({ wanted: z.array(z.string()) }) }),
});

/** Rooms whose code the desktop program runs: its own, their imports, and those of its processes. */
function desktopRooms(): string[] {
  const { ROOMS } = roomsSchema.parse(createRequire(import.meta.url)('../../build/dependencyRules.cjs'));
  const found = new Set(['electron', 'core/worker', 'core/media']);
  for (const room of found) for (const each of ROOMS[room]?.imports ?? []) found.add(each);
  return [...found];
}

function packagesOf(room: string): string[] {
  const files = readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .flatMap((name) => {
      const text = readFileSync(path.join(root, room, name), 'utf8');
      const imports = text.matchAll(
        /^(?:import|export) (?!type )[^;]*?from '([^'./][^']*)'|import\('([^'./][^']*)'\)/gm,
      );
      return [...imports].map(([, whole = '', late = whole]) => late);
    })
    .filter((name) => !isBuiltin(name) && !name.startsWith('node:'))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

test('the desktop program contains every package that its code imports', async () => {
  const { packagedModules } = modulesSchema.parse(await import(`${root}build/packagedModules.mjs`));
  const { wanted } = packagedModules();
  const imported = [...new Set(desktopRooms().flatMap(packagesOf))].sort();
  expect(imported).toContain('sharp');
  expect(imported.filter((name) => !wanted.includes(`node_modules/${name}`))).toEqual(['electron']);
});
