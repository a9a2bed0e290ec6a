#!/usr/bin/env node
/**
 * @file Stands in for fpm where electron-builder's own cannot be downloaded: makes a Debian package with dpkg-deb. Set
 * CUSTOM_FPM_PATH to this file. It understands the options that electron-builder 26 passes for `-s dir -t deb`, and refuses all others.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** Options that may come several times. */
const LISTS = new Set(['depends', 'deb-recommends']);
const SHORT_NAMES = { s: 'source', t: 'target', d: 'depends' };
const FLAGS = new Set(['force']);

/** fpm's options for scripts, and what Debian calls those. */
const SCRIPTS = {
  'before-install': 'preinst',
  'after-install': 'postinst',
  'before-remove': 'prerm',
  'after-remove': 'postrm',
};

const COMPRESSIONS = { gz: 'gzip', zst: 'zstd' };

/** Options by name, and the `from=to` pairs of what goes into the package. */
function parseArguments(words) {
  const options = { depends: [], 'deb-recommends': [] };
  const copies = [];
  while (words.length > 0) {
    const word = words.shift();
    const [, dashes, rest] = /^(--?)(.+)$/.exec(word) ?? [];
    if (dashes === undefined) {
      copies.push({ from: word.slice(0, word.lastIndexOf('=')), to: word.slice(word.lastIndexOf('=') + 1) });
      continue;
    }
    const name = dashes === '-' ? SHORT_NAMES[rest] : rest;
    if (FLAGS.has(name)) continue;
    const value = words.shift();
    if (LISTS.has(name)) options[name].push(value);
    else options[name] = value;
  }
  return { options, copies };
}

function copyIn(root, { from, to }) {
  const target = path.join(root, to);
  if (statSync(from).isDirectory()) {
    cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  } else {
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(from, target);
    chmodSync(target, statSync(from).mode);
  }
}

/** Everyone may read and only the owner write, as Debian requires; returns the size of all files in bytes. */
function normalize(folder) {
  let sizeBytes = 0;
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder)) {
    const file = path.join(folder, entry);
    const stats = lstatSync(file);
    if (stats.isDirectory()) sizeBytes += normalize(file);
    else if (stats.isFile()) {
      chmodSync(file, stats.mode & 0o111 ? 0o755 : 0o644);
      sizeBytes += stats.size;
    }
  }
  return sizeBytes;
}

/** The text of the control file; lines without a value are left out. */
function controlFile(options, sizeBytes) {
  const [summary, ...more] = options.description.split('\n').map((line) => line.trim());
  const fields = {
    Package: options.name,
    Version: options.version,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': Math.ceil(sizeBytes / 1024),
    Depends: options.depends.join(', '),
    Recommends: options['deb-recommends'].join(', '),
    Section: options.category,
    Priority: options['deb-priority'],
    Homepage: options.url,
    Description: [summary, ...more.map((line) => ` ${line || '.'}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

function writeControl(root, options, sizeBytes) {
  const control = path.join(root, 'DEBIAN');
  mkdirSync(control);
  writeFileSync(path.join(control, 'control'), controlFile(options, sizeBytes));
  for (const [option, script] of Object.entries(SCRIPTS)) {
    if (options[option] === undefined) continue;
    copyFileSync(options[option], path.join(control, script));
    chmodSync(path.join(control, script), 0o755);
  }
}

const { options, copies } = parseArguments(process.argv.slice(2));
if (options.source !== 'dir' || options.target !== 'deb') {
  process.stderr.write('Only "-s dir -t deb" is supported.\n');
  process.exit(2);
}
const root = mkdtempSync(path.join(tmpdir(), 'enlarger-deb-'));
try {
  for (const copy of copies) copyIn(root, copy);
  writeControl(root, options, normalize(root));
  const compression = options['deb-compression'] ?? 'xz';
  const { status, error } = spawnSync(
    'dpkg-deb',
    ['--root-owner-group', `-Z${COMPRESSIONS[compression] ?? compression}`, '--build', root, options.package],
    { stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error(`dpkg-deb failed: ${error?.message ?? `exit code ${status}`}`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
