import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerCommand } from './peerProcess.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const HERE = path.join(ROOT, 'tests', 'bench', 'peers');
const CACHE = path.join(ROOT, '.cache', 'bench-peers');
const NATIVE_TENSORFLOW = path.join(ROOT, '.cache', 'tfjs-native', 'tfjs-node-gpu');
const INSTALL_TIMEOUT_MS = 1_200_000;

/** The Python that has PyTorch, if the one on the path has not. */
const PYTHON = process.env['ENLARGER_BENCH_PYTHON'] ?? 'python3';

/** What each engine imports, and the package that has it. */
const PYTHON_PACKAGES = {
  torch: ['torch', 'onnx', 'numpy', 'PIL:pillow'],
  ncnn: ['torch', 'onnx', 'numpy', 'PIL:pillow', 'ncnn', 'pnnx'],
  openvino: ['numpy', 'PIL:pillow', 'openvino'],
} as const;

export interface PeerPlace {
  /** An ONNX file; for ncnn alone also a `.param` file. */
  readonly weights: string;
  readonly threads: number;
  readonly folder: string;
  readonly files: readonly string[];
}

function run(command: string, args: readonly string[], cwd = ROOT): void {
  const options = { cwd, encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS, env: pythonEnvironment() } as const;
  const { status, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return;
  throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${error?.message ?? stderr.slice(-400)}`);
}

const PYTHON_FOLDER = path.join(CACHE, 'python');

function pythonEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: PYTHON_FOLDER };
}

function canImport(module: string): boolean {
  return (
    spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore', env: pythonEnvironment() }).status === 0
  );
}

/**
 * Installs what a Python peer lacks into the cache folder.
 *
 * @throws Error where that fails.
 */
export function preparePython(engine: keyof typeof PYTHON_PACKAGES, place: PeerPlace): PeerCommand {
  for (const each of PYTHON_PACKAGES[engine]) {
    const [module = each, name = module] = each.split(':');
    if (canImport(module)) continue;
    // Without what they depend on, which is in the list: pip would install a second NumPy.
    const dependencies = module === 'torch' ? [] : ['--no-deps'];
    run(PYTHON, ['-m', 'pip', 'install', '-q', ...dependencies, '--target', PYTHON_FOLDER, name]);
  }
  const { weights, threads, folder, files } = place;
  const args = [path.join(HERE, 'peers.py'), engine, weights, String(threads), folder, folder, ...files];
  return { command: PYTHON, args, env: { PYTHONPATH: PYTHON_FOLDER } };
}

/**
 * Installs UpscalerJS and a model of its into the cache folder, on the native TensorFlow.js that the tests build.
 *
 * @throws Error where that fails.
 */
export function prepareUpscaler(model: string, { folder, files }: PeerPlace): PeerCommand {
  if (!existsSync(path.join(NATIVE_TENSORFLOW, 'ready.json'))) {
    run(process.execPath, [path.join(ROOT, 'build', 'setupTfjsNative.mjs')]);
  }
  const place = path.join(CACHE, 'node');
  mkdirSync(place, { recursive: true });
  const own = path.join(place, 'package.json');
  if (!existsSync(own)) writeFileSync(own, '{ "private": true }\n');
  const wanted = ['upscaler@1.0.0-beta.19', `@upscalerjs/${model}@1.0.0`];
  if (!existsSync(path.join(place, 'node_modules', '@upscalerjs', model))) {
    // A link of ours would be mistaken for a package.
    rmSync(linkIn(place), { force: true });
    run(
      'npm',
      ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', ...wanted],
      place,
    );
  }
  rmSync(linkIn(place), { force: true });
  mkdirSync(path.dirname(linkIn(place)), { recursive: true });
  symlinkSync(NATIVE_TENSORFLOW, linkIn(place));
  return {
    command: process.execPath,
    args: [path.join(HERE, 'upscalerPeer.mjs'), place, model, folder, ...files],
  };
}

function linkIn(place: string): string {
  return path.join(place, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
}
