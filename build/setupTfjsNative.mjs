/**
 * @file Makes TensorFlow.js run natively where its own download of libtensorflow is out of reach, for tests: compiles
 * the addon of `@tensorflow/tfjs-node-gpu` from the package's own sources against the C API inside PyPI's
 * `tensorflow-cpu` wheel. It runs the same code as with CUDA, on the processor. Everything is in
 * `.cache/tfjs-native`; the tests find it there; for the program, set `ENLARGER_TENSORFLOW`.
 *
 * Needs Linux on x64, Python 3 with pip, a C++ compiler and make. Exit code 3: one of these is missing,
 * or the wheel cannot be downloaded.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

import path from 'node:path';
import { fileURLToPath } from 'node:url';

const TENSORFLOW = '2.15.1';
const WHEEL_SHA256 = '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26';
const PLATFORMS = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64'];
const MISSING = 3;

const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
const source = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
const target = path.join(root, '.cache', 'tfjs-native', 'tfjs-node-gpu');

/** Takes the libraries and the headers of the C API out of a wheel. */
const UNPACK = `
import sys, zipfile
wheel, lib, include = sys.argv[1:]
libraries = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
headers = ("tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/", "xla/tsl/")
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        name = entry.filename
        if name in libraries:
            entry.filename = name.rsplit("/", 1)[1]
            archive.extract(entry, lib)
        elif name.startswith(tuple("tensorflow/include/" + header for header in headers)):
            entry.filename = name.removeprefix("tensorflow/include/")
            archive.extract(entry, include)
`;

/** A convolution with a known result. */
const SMOKE_TEST = `
const tf = require(process.argv[1]);
const values = Array.from(tf.conv2d(tf.tensor4d([1,2,3,4,5,6,7,8,9],[1,3,3,1]), tf.tensor4d([1,2,3,4],[2,2,1,1]), 1, 'valid').dataSync());
if (tf.getBackend() !== 'tensorflow' || values.join() !== '37,47,67,77') throw new Error(tf.getBackend() + ' ' + values);
`;

/** No unfinished build is left behind. */
function stop(code, text) {
  rmSync(target, { recursive: true, force: true });
  process.stderr.write(`Native TensorFlow.js: ${text}\n`);
  process.exit(code);
}

function run(what, command, args, options = {}, code = 1) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000, ...options });
  if (result.status === 0) return;
  const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim().slice(-2000);
  stop(code, `${what} failed: ${reason}`);
}

function works(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

/** npm includes node-gyp, at a place that differs between installations. */
function findNodeGyp() {
  const npm = spawnSync('npm', ['root', '-g'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const places = [npm, path.resolve(process.execPath, '..', '..', 'lib', 'node_modules')];
  return places
    .map((place) => path.join(place, 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js'))
    .find((file) => existsSync(file));
}

function findMissing() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it is built on Linux x64 only';
  if (!existsSync(source)) return 'the optional package @tensorflow/tfjs-node-gpu is not installed';
  if (!works('python3', ['-m', 'pip', '--version'])) return 'there is no Python 3 with pip';
  if (!works('g++', ['--version']) || !works('make', ['--version'])) return 'there is no g++ or make';
  return findNodeGyp() === undefined ? 'npm brings no node-gyp' : undefined;
}

function downloadWheel(folder) {
  const platforms = PLATFORMS.flatMap((platform) => ['--platform', platform]);
  const choice = [
    '--no-deps',
    '--no-cache-dir',
    '--only-binary=:all:',
    '--python-version',
    '3.11',
    ...platforms,
  ];
  const args = ['-m', 'pip', 'download', '-q', ...choice, '-d', folder, `tensorflow-cpu==${TENSORFLOW}`];
  run('Downloading tensorflow-cpu', 'python3', args, {}, MISSING);
  const wheel = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.whl')) ?? '');
  const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
  if (sha256 !== WHEEL_SHA256) stop(1, `the wheel has the checksum ${sha256}, not ${WHEEL_SHA256}.`);
  return wheel;
}

function unpack(wheel) {
  const lib = path.join(target, 'deps', 'lib');
  run('Unpacking', 'python3', ['-c', UNPACK, wheel, lib, path.join(target, 'deps', 'include')]);
  symlinkSync('libtensorflow_cc.so.2', path.join(lib, 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', path.join(lib, 'libtensorflow_framework.so'));
}

function compile() {
  const out = path.join(target, 'lib', 'napi-v8');
  const headers = path.resolve(process.execPath, '..', '..');
  const hasHeaders = existsSync(path.join(headers, 'include', 'node', 'node_api.h'));
  const settings = ['--module_name=tfjs_binding', `--module=${path.join(out, 'tfjs_binding.node')}`];
  const nodeDir = hasHeaders ? [`--nodedir=${headers}`] : [];
  const args = [findNodeGyp(), 'rebuild', '--silent', ...nodeDir, ...settings];
  run('Compiling', process.execPath, [...args, `--module_path=${out}`, '--napi_build_version=8'], {
    cwd: target,
  });
  rmSync(path.join(target, 'build'), { recursive: true, force: true });
}

const stamp = path.join(target, 'ready.json');
const wanted = JSON.stringify({ tensorflow: TENSORFLOW, wheel: WHEEL_SHA256 });
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) process.exit(0);
const missing = findMissing();
if (missing !== undefined) stop(MISSING, `skipped, ${missing}.`);

const startedAt = Date.now();
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of ['binding', 'binding.gyp', 'dist', 'package.json']) {
  cpSync(path.join(source, name), path.join(target, name), { recursive: true });
}
const downloads = mkdtempSync(path.join(target, 'downloads-'));
unpack(downloadWheel(downloads));
rmSync(downloads, { recursive: true, force: true });
compile();
run('Its first run', process.execPath, ['-e', SMOKE_TEST, target], {
  env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
});
// Written last and renamed: an interrupted build is started over.
writeFileSync(`${stamp}.new`, wanted);
renameSync(`${stamp}.new`, stamp);
process.stderr.write(`Native TensorFlow.js: built in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
