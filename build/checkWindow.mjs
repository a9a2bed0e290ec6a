/**
 * @file Checks the built window in `dist/renderer/`: the size of its script, and that it contains nothing that the page's
 * policy forbids or that should not be published. Prints every problem and exits 1.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MAX_SCRIPT_BYTES = 200 * 1024;
const folder = fileURLToPath(new URL('../dist/renderer', import.meta.url));

/** All files of the window, as paths below its folder. */
function windowFiles() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

function read(file) {
  return readFileSync(path.join(folder, file), 'utf8');
}

function problemsOf(files) {
  if (!files.includes('index.html'))
    return ['dist/renderer/index.html: is missing; run npm run build:renderer'];
  const page = read('index.html');
  const scripts = files.filter((file) => file.endsWith('.js'));
  const bytes = scripts.reduce(
    (sum, file) => sum + gzipSync(readFileSync(path.join(folder, file))).length,
    0,
  );
  process.stderr.write(`Window: ${scripts.length} scripts, ${Math.ceil(bytes / 1024)} KB gzip.\n`);
  return [
    ...(bytes > MAX_SCRIPT_BYTES
      ? [`The scripts have ${bytes} bytes gzip; the limit is ${MAX_SCRIPT_BYTES}.`]
      : []),
    ...(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i.test(page)
      ? ['index.html: has inline code or styles']
      : []),
    ...(/https?:\/\//.test(page) ? ['index.html: names another host'] : []),
    ...files.filter((file) => file.endsWith('.map')).map((file) => `${file}: a source map is not shipped`),
    ...scripts
      .filter((file) => /\bnew Function\(["'`]return/.test(read(file)))
      .map((file) => `${file}: compiles code`),
  ];
}

const problems = problemsOf(windowFiles());
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
