/**
 * @file Checks that paths in the documentation and in comments exist: `node build/checkPaths.mjs [folder]`. Markdown is
 * checked for paths, names of source files, links and `npm run` scripts; the comments of code for paths. Prints every
 * name that leads nowhere and exits 1, also if it found suspiciously few names.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { sourceFiles } from './sourceFiles.mjs';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = 'build|cli|core|docs|electron|examples|renderer|resources|tests|training';
const MIN_NAMES = 400;

/** Licences, and history, which may name files that are gone. */
const EXEMPT = new Set(['THIRD_PARTY_NOTICES.md', 'CHANGELOG.md']);

/** A path below one of our folders, or below `dist` as it is compiled. */
const PATHS = new RegExp(`(?<![\\w./@:-])(?:${FOLDERS}|dist/(?:${FOLDERS}))/[\\w./*{},<>-]+(?![\\w#])`, 'g');
const CODE = /\.(?:[cm]?[jt]s|svelte|py)$/;
const COMMENTS = /\/\*[^]*?\*\/|(?<![:'"`\\])\/\/.*|^\s*#.*$|"""[^]*?"""/gm;

/** Names with placeholders: `tests/unit/<room>`, `resources/models/*`. */
const PATTERN = /[*{}<>]/;

/** Compiled files by their source. */
function sourceOf(name) {
  return name.startsWith('dist/') ? name.slice('dist/'.length).replace(/\.js$/, '.ts') : name;
}

/** The names in a text: where each begins, and whether it leads somewhere. */
function* namesIn(text, file, { root, baseNames, scripts }) {
  const here = path.posix.dirname(file);
  const leads = (name) => [name, path.posix.join(here, name)].some((at) => existsSync(path.join(root, at)));
  for (const { 0: found, index } of text.matchAll(PATHS)) {
    const name = found.replace(/[.,]+$/, '');
    if (!PATTERN.test(name)) yield { at: index, name, exists: leads(sourceOf(name)) };
  }
  if (!file.endsWith('.md')) return;
  for (const { 1: name, index } of text.matchAll(/\]\(([^)\s:#]+)(?:#[^)]*)?\)/g)) {
    yield { at: index, name, exists: existsSync(path.join(root, here, name)) };
  }
  for (const { 1: name, index } of text.matchAll(/`([\w.-]+\.(?:ts|mjs|cjs|svelte|py))`/g)) {
    yield { at: index, name, exists: baseNames.has(name) };
  }
  for (const { 1: name, index } of text.matchAll(/\bnpm run ([\w:]+)/g)) {
    yield { at: index, name: `npm run ${name}`, exists: name in scripts };
  }
}

/** A text reduced to its comments, with all offsets kept. */
function commentsOnly(text) {
  let masked = '';
  let at = 0;
  for (const { 0: comment, index } of text.matchAll(COMMENTS)) {
    masked += text.slice(at, index).replaceAll(/[^\n]/g, ' ') + comment;
    at = index + comment.length;
  }
  return masked + text.slice(at).replaceAll(/[^\n]/g, ' ');
}

const [folder] = process.argv.slice(2);
const root = path.resolve(folder ?? CHECKOUT);
const files = sourceFiles(root, FOLDERS.split('|'));
const { scripts = {} } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const context = { root, scripts, baseNames: new Set(files.map((file) => path.posix.basename(file))) };
let names = 0;
let missing = 0;
for (const file of files.filter((each) => (each.endsWith('.md') || CODE.test(each)) && !EXEMPT.has(each))) {
  const text = readFileSync(path.join(root, file), 'utf8');
  for (const { at, name, exists } of namesIn(CODE.test(file) ? commentsOnly(text) : text, file, context)) {
    names++;
    if (exists) continue;
    missing++;
    process.stderr.write(`${file}:${text.slice(0, at).split('\n').length}: ${name} does not exist\n`);
  }
}
const isThin = folder === undefined && names < MIN_NAMES;
process.stderr.write(
  `Paths: ${names} names, ${missing} of them missing${isThin ? '; too few names' : ''}.\n`,
);
process.exitCode = missing > 0 || isThin ? 1 : 0;
