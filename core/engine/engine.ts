/**
 * @file The interface between the pipeline and the runtimes that compute; the room in the order of a device's life. Each
 * engine (`onnxRuntime.ts` with `onnxDevices.ts`, `onnxLoader.ts` and `onnxFailures.ts`; `tensorflow.ts` with
 * `tensorflowLoader.ts`, and `tensorflowConversion.ts` for networks that people added; `interpolation.ts`) is a line in
 * `registry.ts`. `graphicsCards.ts` lists the cards of the system, `probeCache.ts` keeps how trying a device ended,
 * `deviceProblem.ts` explains why one failed, and `chooseDevices.ts` builds a fallback chain. `networkRun.ts` feeds tiles
 * of the size of `tileWindow.ts` to a network, `selfEnsemble.ts` runs it eight times, `engineFailure.ts` sorts what goes
 * wrong, and `verifyModel.ts` tries an installed model. `rawNetwork.ts`, `featureNetwork.ts` and `convolutionPeak.ts` run
 * networks that are not models.
 */
import type { EngineId } from '../api/models/engines.ts';
import type { DeviceProblem } from '../api/views.ts';
import type { InstalledModel } from '../models/modelRegistry.ts';
import type { FloatTile } from '../tiling/floatTile.ts';
import type { ModelTiling } from '../tiling/planTiles.ts';
import type { InterpolationKernel } from '../tiling/kernelTaps.ts';

/** The device that others are compared with and that takes over from them: a processor, on every platform. */
export const REFERENCE_DEVICE = { engine: 'onnx', id: 'onnx:cpu' } as const;

/** Something that can run a network: a processor or a graphics card, as one engine sees it. */
export interface Device {
  /** Unique within the program, e.g. `onnx:cpu`. */
  readonly id: string;
  readonly engine: EngineId | 'interpolation';
  readonly provider: string;
  /** Its display name, e.g. the processor's model name. */
  readonly name: string;
  readonly kind: 'cpu' | 'gpu';
  /** Why it cannot work, where that is known without trying. */
  readonly missing?: DeviceProblem;
}

/** What an engine has to run: an installed network, or an interpolation kernel at a whole factor. */
export interface EngineModel {
  readonly id: string;
  readonly scale: number;
  readonly tiling: ModelTiling;
  readonly source:
    | { readonly kind: 'network'; readonly model: InstalledModel }
    | { readonly kind: 'kernel'; readonly kernel: InterpolationKernel };
}

export function networkModel(model: InstalledModel): EngineModel {
  const { id, scale, tiling } = model.manifest;
  const name = model.blend === undefined ? id : `${id}@${model.blend.strength}`;
  return { id: name, scale, tiling, source: { kind: 'network', model } };
}

/** A model that is ready to run. Whoever loads it disposes of it. */
export interface LoadedModel {
  readonly scale: number;
  readonly device: Device;
  /**
   * Enlarges one tile. Runs to the end once begun; cancel between tiles.
   *
   * @returns A new tile, `scale` times as wide and high; values are not clamped.
   * @throws EnlargerError `engine/run-failed` or `engine/out-of-memory`.
   */
  enlargeTile(tile: FloatTile): Promise<FloatTile>;
  /**
   * Enlarges tiles of one shape in one run; absent if that is not faster than one after the other. Each comes out
   * as it would alone, up to rounding.
   */
  enlargeTiles?(tiles: readonly FloatTile[]): Promise<FloatTile[]>;
  dispose(): Promise<void>;
}

export interface LoadOptions {
  readonly device: Device;
  /** Processor threads for one run. */
  readonly threads: number;
}

/** How a runtime reports failures that the program can act on, from its users' reports or its sources. */
export interface FailurePatterns {
  readonly outOfMemory: readonly RegExp[];
  /** The driver was reset or updated, or the card removed. */
  readonly deviceLost: readonly RegExp[];
}

/** How a runtime reports that no device is usable, and the text that people see instead. */
export interface DevicePattern extends DeviceProblem {
  readonly pattern: RegExp;
}

/**
 * The pipeline's view of a runtime. A new engine is a new file, a line in the registry, its id in
 * `core/api/models/engines.ts`, and the owner of its package in `build/dependencyRules.cjs`; the contract suite then runs
 * against it.
 */
export interface Engine {
  readonly id: Device['engine'];
  readonly runs: EngineModel['source']['kind'];
  /** How its runtime reports failures of a run, besides what several engines share (`engineFailure.ts`). */
  readonly failures: FailurePatterns;
  /** How its runtime reports that a device cannot be used. */
  readonly problems: readonly DevicePattern[];
  /** Version of its runtime: with another one, devices are tried again. */
  version(): string;
  /** Devices that this engine may be able to use on this machine, the preferred first. Tries none of them. */
  listDevices(): Device[];
  /**
   * Loads a network and proves its scale by running it once.
   *
   * @throws EnlargerError `model/…`, `engine/load-failed` or `engine/unavailable`.
   */
  load(model: EngineModel, options: LoadOptions): Promise<LoadedModel>;
}
