/**
 * @file `npm run package:check`: makes the desktop program for this system with every target that needs no download,
 * inspects it, starts it and enlarges an image with it. Exits with 1 at the first fault.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { testElectron } from './findElectron.mjs';
import { contentProblems, fuseProblems, sizeOf } from './packageContents.mjs';
import { tryPackaged, tryTampered } from './tryPackaged.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const RELEASE = path.join(root, 'release');
const MEGABYTE = 1024 * 1024;

/** Installed: about 230 MB of Electron, 105 MB of networks, and the program with its libraries. */
const MAX_INSTALLED_BYTES = 450 * MEGABYTE;

/** Where a command is, by the search path; undefined if it is not installed. */
function find(command) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, command)).find((file) => existsSync(file));
}

/** Targets whose tools are installed, and the environment that points electron-builder to them. */
function possibleTargets() {
  const targets = ['dir'];
  const environment = {};
  if (process.platform === 'linux') {
    const sevenZip = find('7za');
    if (sevenZip !== undefined) {
      targets.push('tar.gz', 'zip');
      environment.ELECTRON_BUILDER_7ZIP_PATH = sevenZip;
    }
    if (find('dpkg-deb') !== undefined) {
      targets.push('deb');
      environment.CUSTOM_FPM_PATH = path.join(root, 'build', 'debPackage.mjs');
    }
  }
  return { targets, environment };
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function stopOn(problems, what) {
  for (const problem of problems) say(problem);
  if (problems.length === 0) return;
  say(`${what}: ${problems.length} problems.`);
  process.exit(1);
}

/** Runs electron-builder with the Electron of the tests. */
function makePackages(electronFolder) {
  const { targets, environment } = possibleTargets();
  const version = readFileSync(path.join(electronFolder, 'version'), 'utf8').trim().replace(/^v/, '');
  rmSync(RELEASE, { recursive: true, force: true });
  say(`Packaging with Electron ${version}: ${targets.join(', ')}`);
  const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js');
  const system = { darwin: '--mac', win32: '--win' }[process.platform] ?? '--linux';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      builder,
      ...['--config', path.join('build', 'electron-builder.mjs'), system, ...targets],
      `-c.electronDist=${electronFolder}`,
      `-c.electronVersion=${version}`,
      // Quick compression; a release takes the time for smaller files.
      '-c.compression=store',
      '-c.deb.compression=gz',
    ],
    { cwd: root, env: { ...process.env, ...environment }, encoding: 'utf8', maxBuffer: 64 * MEGABYTE },
  );
  if (status !== 0) stopOn([stdout, stderr], 'electron-builder failed');
  return targets;
}

/** Where the unpacked program is, by system. */
function unpackedProgram() {
  if (process.platform === 'darwin') {
    const [folder] = readdirSync(RELEASE).filter((name) => name.startsWith('mac'));
    const contents = path.join(RELEASE, folder, 'Enlarger.app', 'Contents');
    return {
      folder: contents,
      resources: path.join(contents, 'Resources'),
      program: path.join(contents, 'MacOS', 'Enlarger'),
      fuses: path.dirname(contents),
    };
  }
  const isWindows = process.platform === 'win32';
  const folder = path.join(RELEASE, isWindows ? 'win-unpacked' : 'linux-unpacked');
  const program = path.join(folder, isWindows ? 'Enlarger.exe' : 'enlarger-desktop');
  return { folder, resources: path.join(folder, 'resources'), program, fuses: program };
}

/** Lists the created files with their sizes; a target without a file is a problem. */
function packageProblems(targets) {
  const files = readdirSync(RELEASE).filter((name) => statSync(path.join(RELEASE, name)).isFile());
  return targets
    .filter((target) => target !== 'dir')
    .flatMap((target) => {
      const file = files.find((name) => name.endsWith(`.${target}`));
      if (file === undefined) return [`no .${target} was made`];
      say(`  ${file}: ${(statSync(path.join(RELEASE, file)).size / MEGABYTE).toFixed(0)} MB`);
      return target === 'deb' ? debProblems(path.join(RELEASE, file)) : [];
    });
}

/** Checks that the Debian package names its dependencies, and contains the program, its menu entry and its icon. */
function debProblems(file) {
  const { stdout: fields } = spawnSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
  const { stdout: content } = spawnSync('dpkg-deb', ['--contents', file], {
    encoding: 'utf8',
    maxBuffer: 64 * MEGABYTE,
  });
  const wanted = [
    [fields, /^Package: enlarger/m],
    [fields, /^Depends: .*libgtk-3-0/m],
    [content, / \.\/opt\/Enlarger\/enlarger-desktop$/m],
    [content, / \.\/usr\/share\/applications\/.*\.desktop$/m],
    [content, / \.\/usr\/share\/icons\/hicolor\/256x256\/.*\.png$/m],
    [content, / \.\/opt\/Enlarger\/resources\/app\.asar$/m],
  ];
  return wanted.filter(([text, sign]) => !sign.test(text)).map(([, sign]) => `the deb lacks ${sign}`);
}

function sizeProblems({ folder, resources }) {
  const installed = sizeOf(folder);
  const own = sizeOf(resources);
  const [all, ours, electrons] = [installed, own, installed - own].map((bytes) =>
    (bytes / MEGABYTE).toFixed(0),
  );
  say(`Installed: ${all} MB, of which ${ours} MB are the program and ${electrons} MB Electron.`);
  return installed < MAX_INSTALLED_BYTES
    ? []
    : [`${all} MB are more than the ${MAX_INSTALLED_BYTES / MEGABYTE} MB allowed`];
}

const electronFolder = testElectron();
if (electronFolder === undefined)
  stopOn(['There is no Electron; "node build/getElectron.mjs" may make one.'], 'Packaging');
const targets = makePackages(electronFolder);
const unpacked = unpackedProgram();
stopOn(packageProblems(targets), 'The packages');
stopOn(contentProblems(unpacked.folder, unpacked.resources), 'What is inside');
stopOn(sizeProblems(unpacked), 'The size');
stopOn(await fuseProblems(unpacked.fuses), 'The fuses');
say('All fuses are set correctly.');
if (!existsSync(unpacked.program)) stopOn([`${unpacked.program} does not exist`], 'The program');
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-package-'));
try {
  stopOn(await tryPackaged(unpacked.program, folder, say), 'The packaged program');
  const { program, resources } = unpacked;
  stopOn(await tryTampered(program, { resources, folder, say }), 'The packaged program when it was changed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
say('The packaged program is complete and works.');
