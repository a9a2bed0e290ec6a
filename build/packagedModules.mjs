/** @file Determines which installed packages belong in the desktop program: those that its code runs, and no others. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Dependencies of the command and of the local server only; the desktop program has neither. */
const OTHER_FACES = ['commander', 'cli-progress', '@hono/node-server'];

/** Packages without which formats are missing; they are optional for those who install from npm. */
const FORMAT_PACKAGES = ['libheif-js', 'wasm-vips'];

/** Dependencies that a package only needs during installation, or in a browser. */
const NOT_AT_RUN_TIME = {
  'onnxruntime-node': ['adm-zip', 'global-agent'],
};

/** Builds for systems on which the program does not run; each system has its own build besides. */
const OTHER_BUILDS =
  /^(@img\/sharp-(wasm32|webcontainers-wasm32|freebsd-wasm32|(libvips-)?linuxmusl-.*)|@libsql\/.*musl.*)$/;

function readJson(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

/** Name of a package from its place in the lock file. */
export function moduleName(location) {
  return location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Where a package finds one that it needs: in the nearest `node_modules` that contains it. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/'))) {
    const location = path.posix.join(folder, 'node_modules', name);
    if (location in packages) return location;
    if (folder === '') return undefined;
  }
}

/** Everything that can be reached from some packages, as places in the lock file. */
function reachable(packages, names) {
  const found = new Set();
  const queue = names.map((name) => resolve(packages, '', name));
  while (queue.length > 0) {
    const location = queue.pop();
    if (location === undefined || found.has(location) || OTHER_BUILDS.test(moduleName(location))) continue;
    found.add(location);
    const { dependencies, optionalDependencies } = packages[location];
    const unwanted = NOT_AT_RUN_TIME[moduleName(location)] ?? [];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (!unwanted.includes(name)) queue.push(resolve(packages, location, name));
    }
  }
  return found;
}

/**
 * @returns {{ wanted: string[], unwanted: string[] }} Places such as `node_modules/zod`: those that belong in the
 * program, for all systems, and all others that may be installed.
 */
export function packagedModules() {
  const { packages } = readJson('package-lock.json');
  const names = Object.keys(packages[''].dependencies).filter((name) => !OTHER_FACES.includes(name));
  const wanted = reachable(packages, [...names, ...FORMAT_PACKAGES]);
  const unwanted = Object.keys(packages).filter((location) => location !== '' && !wanted.has(location));
  return { wanted: [...wanted].sort(), unwanted: unwanted.sort() };
}
