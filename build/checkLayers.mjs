/**
 * @file Checks who imports whom: `node build/checkLayers.mjs [folder]`. Prints every broken rule and exits 1. A check
 * that did not see every source file, or saw too few, has failed.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const { ROOMS, forbidden } = createRequire(import.meta.url)('./dependencyRules.cjs');

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE_FOLDERS = ['core', 'cli', 'renderer', 'electron', 'tests'];
const MAX_FILES_IN_FOLDER = 25;

/** All TypeScript and Svelte files under a folder, as paths from the root with forward slashes; none when it is absent. */
function sourceFiles(root, folder) {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /((?<!\.d)\.c?ts|\.svelte)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

function roomOf(file) {
  return Object.keys(ROOMS).find((room) => file.startsWith(`${room}/`));
}

/** Files that belong to no room, rooms with suspiciously few files, and files that the tool passed over. */
function coverageProblems(files, seen) {
  const strays = files
    .filter((file) => roomOf(file) === undefined)
    .map((file) => `${file}: belongs to no room; add its room to build/dependencyRules.cjs`);
  const missed = files.filter((file) => !seen.has(file)).map((file) => `${file}: was not examined`);
  const thin = Object.entries(ROOMS).flatMap(([room, { minFiles }]) => {
    const count = files.filter((file) => roomOf(file) === room && seen.has(file)).length;
    return count < minFiles ? [`${room}: saw ${count} source files, expected ${minFiles} or more`] : [];
  });
  return [...strays, ...missed, ...thin];
}

/** For each room, the other rooms that it imports. */
function importsBetween(modules) {
  const imports = new Map(Object.keys(ROOMS).map((room) => [room, new Set()]));
  for (const { source, dependencies } of modules) {
    for (const { resolved } of dependencies) {
      const [from, to] = [roomOf(source), roomOf(resolved)];
      if (from !== undefined && to !== undefined && from !== to) imports.get(from).add(to);
    }
  }
  return imports;
}

/** Rooms that nothing imports, unless they are entries, and rights that a room does not use. */
function unusedProblems(modules) {
  const imports = importsBetween(modules);
  // Tests do not count as users.
  const imported = new Set([...imports].flatMap(([room, others]) => (room === 'tests' ? [] : [...others])));
  return Object.entries(ROOMS).flatMap(([room, { imports: rights, isEntry }]) => [
    ...(isEntry || imported.has(room) ? [] : [`${room}: no other room imports it`]),
    ...rights
      .filter((right) => !imports.get(room).has(right))
      .map((right) => `${room}: may import ${right}, but does not; remove the right`),
  ]);
}

/** Differences between the table and what a room's tsconfig lets the compiler see. */
function settingsProblems(root) {
  return Object.entries(ROOMS).flatMap(([room, { imports }]) => {
    const file = path.join(root, room, 'tsconfig.json');
    if (!existsSync(file)) return [`${room}/tsconfig.json: is missing`];
    const references = JSON.parse(readFileSync(file, 'utf8')).references ?? [];
    const visible = references.map((reference) => path.posix.join(room, reference.path)).sort();
    const allowed = [...imports].sort();
    return visible.join() === allowed.join()
      ? []
      : [
          `${room}/tsconfig.json: references ${visible.join(', ') || 'nothing'}; ` +
            `build/dependencyRules.cjs allows ${allowed.join(', ') || 'nothing'}`,
        ];
  });
}

/** Folders of program code with more files than one can keep in mind; tests mirror them, and need no separate limit. */
function crowdedProblems(files) {
  const counts = new Map();
  for (const file of files.filter((each) => !each.startsWith('tests/'))) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_FILES_IN_FOLDER)
    .map(
      ([folder, count]) => `${folder}: has ${count} files; more than ${MAX_FILES_IN_FOLDER} need sub-folders`,
    );
}

async function cruiseSources(root) {
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(path.join(root, folder)));
  if (folders.length === 0) return { modules: [], violations: [] };
  const { cruise } = await import('dependency-cruiser');
  const { output } = await cruise(folders, {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
    // Types count as imports: a room that needs another's types depends on it.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.cts', '.svelte', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
    },
  });
  return { modules: output.modules, violations: output.summary.violations };
}

function describeViolation({ from, to, rule, cycle }) {
  const comment = forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  const chain = cycle ? cycle.map((step) => step.name ?? step).join(' → ') : to;
  return `${from} → ${chain}: ${rule.name}. ${comment}`;
}

/**
 * @param {string} root The folder to check.
 * @returns {Promise<{ fileCount: number, problems: string[] }>} One line per problem; none when all is well.
 */
async function checkLayers(root) {
  const files = SOURCE_FOLDERS.flatMap((folder) => sourceFiles(root, folder));
  const { modules, violations } = await cruiseSources(root);
  const seen = new Set(modules.map(({ source }) => source));
  return {
    fileCount: files.length,
    problems: [
      ...violations.map(describeViolation),
      ...coverageProblems(files, seen),
      ...unusedProblems(modules),
      ...settingsProblems(root),
      ...crowdedProblems(files),
    ],
  };
}

// Resolved modules come back by their real path, so the root must be real, too (a temp folder may be a link).
const root = realpathSync.native(path.resolve(process.argv[2] ?? CHECKOUT));
const { fileCount, problems } = await checkLayers(root);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stderr.write(
  problems.length > 0
    ? `Import rules: ${problems.length} problems in ${fileCount} files.\n`
    : `Import rules: ${fileCount} files in ${Object.keys(ROOMS).length} rooms, all as they should be.\n`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
