import os from 'node:os';
import { onnxRuntimeVersion } from '../core/engine/onnxRuntime.ts';
import { imageLibraryVersions } from '../core/image/imageLibrary.ts';
import { programVersion } from './program.ts';

/** The facts that measurements and bug reports depend on. */
export interface Machine {
  readonly program: string;
  readonly platform: string;
  readonly processor: string;
  /** Cores available to this process. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly onnxruntime: string;
  readonly sharp: string;
  readonly libvips: string;
}

export function describeMachine(): Machine {
  return {
    program: programVersion(),
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    node: process.versions.node,
    onnxruntime: onnxRuntimeVersion(),
    ...imageLibraryVersions(),
  };
}
