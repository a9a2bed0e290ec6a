import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

interface Room {
  readonly imports: readonly string[];
  readonly minFiles: number;
}

interface WingTable {
  readonly wings: Readonly<Record<string, readonly string[]>>;
}

const { ROOMS, WINGS } = createRequire(import.meta.url)('../../build/dependencyRules.cjs') as {
  ROOMS: Readonly<Record<string, Room>>;
  WINGS: Readonly<Record<string, WingTable>>;
};

interface Outcome {
  readonly exitCode: number | null;
  readonly text: string;
}

function runNode(args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    }
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, text });
    });
  });
}

function checkLayers(house: string): Promise<Outcome> {
  return runNode([path.join(checkout, 'build', 'checkLayers.mjs'), house], house);
}

function compile(house: string, room: string): Promise<Outcome> {
  const compiler = path.join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
  return runNode([compiler, '-b', room], house);
}

/** The import path from a file in one room to a file of another. */
function importPath(fromRoom: string, target: string): string {
  return path.posix.join(path.posix.relative(fromRoom, '.'), target);
}

/** A house with the real settings of every room and, in place of its code, the fewest files that use what they may. */
function buildHouse(folder: string): void {
  for (const name of ['package.json', 'tsconfig.base.json']) {
    cpSync(path.join(checkout, name), path.join(folder, name));
  }
  // A junction needs no special rights on Windows.
  symlinkSync(path.join(checkout, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const [room, { imports, minFiles }] of Object.entries(ROOMS)) {
    mkdirSync(path.join(folder, room), { recursive: true });
    cpSync(path.join(checkout, room, 'tsconfig.json'), path.join(folder, room, 'tsconfig.json'));
    const lines = imports.map((other) => `import '${importPath(room, `${other}/file0.ts`)}';`);
    writeSource(folder, `${room}/file0.ts`, [...lines, 'export const value = 0;']);
    for (let index = 1; index < minFiles; index++) {
      writeSource(folder, `${room}/file${index}.ts`, [`export const value = ${index};`]);
    }
  }
}

function writeSource(folder: string, file: string, lines: readonly string[]): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), `${lines.join('\n')}\n`);
}

/** Imports that each break one rule: the file, what it imports, and the rule that must name it. */
const BROKEN_IMPORTS = [
  { file: 'core/api/broken.ts', target: '../tiling/file0.ts', rule: 'imports-of-core-api' },
  { file: 'core/api/broken2.ts', target: 'node:fs', rule: 'pure-rooms-without-node' },
  { file: 'core/tiling/broken.ts', target: '../quality/file0.ts', rule: 'imports-of-core-tiling' },
  { file: 'core/tiling/broken2.ts', target: 'node:path', rule: 'pure-rooms-without-node' },
  { file: 'core/tiling/broken3.ts', target: 'zod', rule: 'computing-rooms-without-packages' },
  { file: 'core/quality/broken.ts', target: '../image/file0.ts', rule: 'imports-of-core-quality' },
  { file: 'core/quality/broken2.ts', target: 'fs', rule: 'pure-rooms-without-node' },
  { file: 'core/quality/judging/broken.ts', target: '../file0.ts', rule: 'imports-of-quality-judging' },
  { file: 'core/worker/broken.ts', target: '../host/file0.ts', rule: 'imports-of-core-worker' },
  { file: 'core/jobs/broken.ts', target: '../../cli/file0.ts', rule: 'imports-of-core-jobs' },
  { file: 'core/jobs/broken2.ts', target: 'sharp', rule: 'only-core-image-imports-sharp' },
  {
    file: 'core/host/broken.ts',
    target: 'onnxruntime-node',
    rule: 'only-core-engine-imports-onnxruntime-node',
  },
  { file: 'core/models/broken.ts', target: '../../tests/file0.ts', rule: 'production-without-tests' },
  { file: 'core/models/broken2.ts', target: 'typescript', rule: 'production-without-development-packages' },
  { file: 'core/pool/broken.ts', target: './broken2.ts', rule: 'no-cycles' },
  { file: 'core/pool/broken2.ts', target: './broken.ts', rule: 'no-cycles' },
  { file: 'cli/broken.ts', target: '../core/worker/file0.ts', rule: 'imports-of-cli' },
  { file: 'cli/broken2.ts', target: './notThere.ts', rule: 'no-unresolvable-imports' },
] as const;

/** Each wing importing a wing that it may not: every rule between wings is broken once. */
const BROKEN_WINGS = Object.entries(WINGS).flatMap(([room, { wings }]) =>
  Object.entries(wings).map(([wing, rights]) => {
    const closed = Object.keys(wings).find((other) => other !== wing && !rights.includes(other));
    return {
      file: `${room}/${wing}/brokenWing.ts`,
      target: `../${closed ?? 'every wing is open'}/file.ts`,
      rule: `imports-of-${path.basename(room)}-${wing}`,
    };
  }),
);

const ALL_BROKEN: readonly { readonly file: string; readonly target: string; readonly rule: string }[] = [
  ...BROKEN_IMPORTS,
  ...BROKEN_WINGS,
];

describe.concurrent('the import rules', () => {
  let folder: string;
  let sound: string;
  let broken: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-layers-'));
    sound = path.join(folder, 'sound');
    broken = path.join(folder, 'broken');
    for (const house of [sound, broken]) {
      mkdirSync(house);
      buildHouse(house);
    }
    for (const [room, { wings }] of Object.entries(WINGS)) {
      for (const [wing, rights] of Object.entries(wings)) {
        const lines = rights.map((right) => `import '../${right}/file.ts';`);
        writeSource(broken, `${room}/${wing}/file.ts`, [...lines, 'export const value = 0;']);
      }
    }
    for (const { file, target } of ALL_BROKEN) {
      writeSource(broken, file, [`import '${target}';`, 'export const value = 0;']);
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('a house that keeps to the table passes', async ({ expect }) => {
    expect(await checkLayers(sound)).toMatchObject({ exitCode: 0 });
  });

  test('every forbidden import is named with its rule, and nothing else is', async ({ expect }) => {
    const { exitCode, text } = await checkLayers(broken);
    expect(exitCode).toBe(1);
    const found = text.split('\n').filter((line) => / → /.test(line));
    for (const { file, rule } of ALL_BROKEN) {
      // A cycle is reported once, from either end.
      const named = found.some((line) => line.includes(`${file} → `) && line.includes(`: ${rule}.`));
      expect({ file, rule, named }).toEqual({ file, rule, named: true });
    }
    expect(found.filter((line) => !ALL_BROKEN.some(({ file }) => line.startsWith(`${file} → `)))).toEqual([]);
  });

  test('an empty folder fails: a check that saw nothing has not passed', async ({ expect }) => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    const { exitCode, text } = await checkLayers(empty);
    expect(exitCode).toBe(1);
    for (const room of Object.keys(ROOMS)) expect(text).toContain(`${room}: saw 0 source files`);
  });

  test('a file outside every room, an unused room, an unused right, wider settings and a crowded folder fail', async ({
    expect,
  }) => {
    const odd = path.join(folder, 'odd');
    mkdirSync(odd);
    buildHouse(odd);
    mkdirSync(path.join(odd, 'core', 'attic'));
    writeSource(odd, 'core/attic/file0.ts', ['export const value = 0;']);
    writeSource(odd, 'cli/file0.ts', ['export const value = 0;']);
    cpSync(path.join(odd, 'core/image/tsconfig.json'), path.join(odd, 'core/tiling/tsconfig.json'));
    for (let index = 0; index < 26; index++) {
      writeSource(odd, `core/jobs/crowd/file${index}.ts`, [`export const value = ${index};`]);
    }
    const { exitCode, text } = await checkLayers(odd);
    expect(exitCode).toBe(1);
    expect(text).toContain('core/attic/file0.ts: belongs to no room');
    expect(text).toContain('core/server: no other room imports it');
    expect(text).toContain('core/jobs/crowd: has 26 files');
    expect(text).not.toContain('core/jobs: has');
    expect(text).toContain('cli: may import core/server, but does not; remove the right');
    expect(text).toContain('core/tiling/tsconfig.json: references core/api, core/files, core/metadata');
  });

  test('the compiler also refuses another room, and node: in a pure room', async ({ expect }) => {
    expect(await compile(sound, 'core/tiling')).toEqual({ exitCode: 0, text: '' });
    expect(readdirSync(path.join(sound, 'dist/core'))).toEqual(['api', 'tiling']);

    const { exitCode, text } = await compile(broken, 'core/tiling');
    expect(exitCode).not.toBe(0);
    const codes = [...text.matchAll(/^(\S+?)\(.*?error (TS\d+)/gm)].map(
      ([, file, code]) => `${file} ${code}`,
    );
    expect(codes).toContain('core/tiling/broken.ts TS6307');
    expect(codes.some((line) => /^core\/tiling\/broken2\.ts TS2(307|580|591|882)$/.test(line))).toBe(true);
  });
});
