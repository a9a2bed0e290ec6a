import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import type { DeviceProblem } from '../api/views.ts';

/** Where TensorFlow.js computes: an NVIDIA card, the processor by the native library, or WebAssembly. */
export type TensorFlowProvider = 'cuda' | 'native' | 'wasm';

export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

export interface TfGraphModel {
  execute(inputs: Readonly<Record<string, TfTensor>>, output: string): TfTensor;
  dispose(): void;
}

/** The part of TensorFlow.js that the program uses. */
export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  memory(): { readonly numTensors: number };
  tidy<T>(work: () => T): T;
  tensor4d(values: Float32Array, shape: readonly number[]): TfTensor;
  loadGraphModel(handler: unknown): Promise<TfGraphModel>;
  readonly io: { fromMemory(artifacts: unknown): unknown };
  /** Only the native backend reports whether it found a graphics card. */
  backend(): { readonly isUsingGpuDevice?: boolean };
}

/** The names under which TensorFlow.js knows its backends. */
const BACKENDS: Readonly<Record<TensorFlowProvider, string>> = {
  cuda: 'tensorflow',
  native: 'tensorflow',
  wasm: 'wasm',
};

const NATIVE_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
const WASM_PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** Names a folder with a built copy of a native package; the tests use it for theirs. */
const PACKAGE_VARIABLE = 'ENLARGER_TENSORFLOW';

const require = createRequire(import.meta.url);

function packageFolder(name: string): string | undefined {
  try {
    return path.dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** Whether a package's native part was built or downloaded: its installation may have been skipped. */
function hasAddon(folder: string): boolean {
  const lib = path.join(folder, 'lib');
  if (!existsSync(lib)) return false;
  return readdirSync(lib).some((name) => existsSync(path.join(lib, name, 'tfjs_binding.node')));
}

/** Folders of the native packages that are installed, the preferred first. */
function nativeFolders(): string[] {
  const named = process.env[PACKAGE_VARIABLE];
  return [...(named ? [named] : []), ...NATIVE_PACKAGES.map(packageFolder)].filter(
    (folder): folder is string => folder !== undefined && existsSync(folder),
  );
}

function notInstalled(reason: string): DeviceProblem {
  return { code: 'not-installed', reason };
}

/** Why a provider cannot work; undefined if only a trial can show it. */
export function missingTensorFlow(provider: TensorFlowProvider): DeviceProblem | undefined {
  if (provider === 'wasm') {
    return packageFolder(WASM_PACKAGE) && unionFolder()
      ? undefined
      : notInstalled(`The optional package ${WASM_PACKAGE} is not installed.`);
  }
  if (provider === 'cuda' && process.platform === 'darwin') {
    return { code: 'wrong-system', reason: 'There is no CUDA on macOS.' };
  }
  const folders = nativeFolders();
  if (folders.length === 0) {
    return notInstalled(`The optional package ${NATIVE_PACKAGES[0]} is not installed.`);
  }
  if (folders.some(hasAddon)) return undefined;
  return notInstalled(`The native part of ${NATIVE_PACKAGES[0]} is not installed; see docs/devices.md.`);
}

/** TensorFlow.js itself comes with each of the native packages. */
function unionFolder(): string | undefined {
  for (const folder of nativeFolders()) {
    try {
      return path.dirname(
        createRequire(path.join(folder, 'package.json')).resolve('@tensorflow/tfjs/package.json'),
      );
    } catch {
      // The next folder may contain it.
    }
  }
  return packageFolder('@tensorflow/tfjs');
}

/** Versions of the packages it runs on, if they are installed. */
export function tensorFlowVersion(): string {
  const folders = [...nativeFolders(), packageFolder(WASM_PACKAGE)].filter((folder) => folder !== undefined);
  const versions = folders.map((folder) => {
    const { version }: { version?: unknown } = JSON.parse(
      readFileSync(path.join(folder, 'package.json'), 'utf8'),
    ) as object;
    return String(version);
  });
  return versions.join(' ');
}

/** tfjs-node 4.22 calls two functions that Node 23 removed (https://github.com/tensorflow/tfjs/issues/8609). */
export function restoreRemovedUtilities(target: object = util): void {
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true });
  }
}

function loadPackage(folder: string | undefined): TensorFlow {
  if (folder === undefined) throw new Error('TensorFlow.js is not installed.');
  // The only place where the package's types are narrowed to those that we use.
  return require(folder) as TensorFlow;
}

/** @param threads Processor threads; the native library reads them once, at the first load of a process. */
function loadNative(threads: number): TensorFlow {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  process.env['TF_NUM_INTEROP_THREADS'] ??= '1';
  // Its notes on the processor's instructions are meant for people who compile it.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  restoreRemovedUtilities();
  return loadPackage(nativeFolders().find(hasAddon));
}

function loadWasm(): TensorFlow {
  const tensorflow = loadPackage(unionFolder());
  require(WASM_PACKAGE);
  return tensorflow;
}

/**
 * Loads TensorFlow.js for a provider. It is only loaded here, and stays loaded until the process ends.
 *
 * @throws Error of the package: not installed, no native part, a library that cannot be opened.
 */
export async function loadTensorFlow(provider: TensorFlowProvider, threads: number): Promise<TensorFlow> {
  const tensorflow = provider === 'wasm' ? loadWasm() : loadNative(threads);
  await useProvider(tensorflow, provider);
  return tensorflow;
}

/** Selects the provider that computes: a process may have several. */
export async function useProvider(tensorflow: TensorFlow, provider: TensorFlowProvider): Promise<void> {
  const name = BACKENDS[provider];
  if (!(await tensorflow.setBackend(name))) throw new Error(`The backend "${name}" does not start.`);
  await tensorflow.ready();
}
