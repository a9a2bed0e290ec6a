/** @file Checks that a packaged program contains everything that it needs, and nothing else. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleName, packagedModules } from './packagedModules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const builder = createRequire(createRequire(import.meta.url).resolve('app-builder-lib'));

/** The program does not work without these, although no build fails if they are missing. */
const NEEDED = [
  'package.json',
  'dist/electron/main.js',
  'dist/electron/preload.cjs',
  'dist/electron/natives.json',
  'dist/core/worker/main.js',
  'dist/core/worker/media.js',
  'dist/renderer/index.html',
  'resources/icons/tray.png',
  'examples/cat.jpg',
  'examples/flowers.jpg',
];

/** Patterns of files that are for us and not for users. */
const SUPERFLUOUS = [
  /\.map$/,
  /(?<!LICENSE)\.(ts|mts|cts|md|tsbuildinfo)$/i,
  /(^|\/)(tests?|__tests__|fixtures|training|bench|coverage|\.github|\.cache)\//,
  /^(core|cli|electron|renderer|build|docs|training|tests)\//,
  /^dist\/(cli|tests)\//,
];

/** Files that look superfluous but are not, with the reason. */
const ALLOWED = [
  /^resources\/models\/.*README\.md$/, // the card of a model is its licence and its training record
  /(^|\/)licen[cs]e[^/]*\.md$/i,
  /(^|\/)third-party-notices\.md$/i, // licences of what is compiled into a package
];

/** All files below a folder, as paths from it with forward slashes. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

/** @returns {number} Total size of the files below a folder, in bytes. */
export function sizeOf(folder) {
  return filesBelow(folder).reduce((sum, file) => sum + lstatSync(path.join(folder, file)).size, 0);
}

/** The files in the archive, and those unpacked next to it. */
function packedFiles(resources) {
  const { listPackage, statFile } = builder('@electron/asar');
  const archive = path.join(resources, 'app.asar');
  return listPackage(archive, { isPack: false })
    .map((entry) => entry.replaceAll(path.sep, '/').replace(/^\//, ''))
    .filter((entry) => !('files' in statFile(archive, entry.replaceAll('/', path.sep))));
}

function moduleProblems(files) {
  const { wanted } = packagedModules();
  const found = new Set(
    files
      .filter((file) => file.startsWith('node_modules/'))
      .map((file) => /^(.*node_modules\/(@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? file),
  );
  const missing = wanted.filter((place) => existsSync(path.join(root, place)) && !found.has(place));
  const names = new Set(wanted.map(moduleName));
  const extra = [...found].filter((place) => !names.has(moduleName(place)));
  return [...missing.map((place) => `missing: ${place}`), ...extra.map((place) => `superfluous: ${place}`)];
}

/** Checks that all of our compiled code is inside, except for the other interfaces. */
function codeProblems(files) {
  const inside = new Set(files);
  return ['core', 'electron', 'renderer'].flatMap((room) =>
    filesBelow(path.join(root, 'dist', room))
      .map((file) => `dist/${room}/${file}`)
      .filter((file) => room === 'renderer' || /\.c?js$/.test(file))
      .filter((file) => !file.startsWith('dist/core/server/') && !inside.has(file))
      .map((file) => `missing: ${file}`),
  );
}

/**
 * @param {string} folder The unpacked program.
 * @param {string} resources Its folder of resources.
 * @returns {string[]} One line per problem; none when all is well.
 */
export function contentProblems(folder, resources) {
  const files = packedFiles(resources);
  const isSuperfluous = (file) =>
    SUPERFLUOUS.some((sign) => sign.test(file)) && !ALLOWED.some((sign) => sign.test(file));
  const models = filesBelow(path.join(root, 'resources', 'models')).map((file) => `resources/models/${file}`);
  const inside = new Set(files);
  return [
    ...[...NEEDED, ...models].filter((file) => !inside.has(file)).map((file) => `missing: ${file}`),
    ...['LICENSE', 'THIRD_PARTY_NOTICES.md']
      .filter((file) => !existsSync(path.join(folder, file)))
      .map((file) => `missing next to the program: ${file}`),
    ...(existsSync(path.join(resources, 'default_app.asar')) ? ['superfluous: default_app.asar'] : []),
    ...codeProblems(files),
    ...moduleProblems(files),
    ...files.filter(isSuperfluous).map((file) => `superfluous: ${file}`),
  ];
}

/** Every fuse and its required position. */
const FUSES = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};

/** The ninth came after the tool that reads them: on by default, as it should be; older Electrons have eight. */
const LATER_FUSES = ['WasmTrapHandlers'];

const FUSE_ON = 49;
const FUSE_OFF = 48;

/**
 * Reads the fuses out of the finished program.
 *
 * @returns {Promise<string[]>} One line per fuse that is wrong or unknown.
 */
export async function fuseProblems(program) {
  const { getCurrentFuseWire } = builder('@electron/fuses');
  const wire = await getCurrentFuseWire(program);
  const names = [...Object.keys(FUSES), ...LATER_FUSES];
  return Object.entries(wire)
    .filter(([index]) => /^\d+$/.test(index))
    .flatMap(([index, state]) => {
      const name = names[index];
      if (name === undefined) return [`fuse ${index} is unknown; decide on its position`];
      const wanted = (FUSES[name] ?? true) ? FUSE_ON : FUSE_OFF;
      return state === wanted ? [] : [`fuse ${name} is ${state}, not ${wanted}`];
    });
}
