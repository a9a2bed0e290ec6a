import { EnhancerError } from '../api/errors.ts';
import type { Device, Engine, EngineModel, LoadedModel, LoadOptions } from './engine.ts';
import { interpolationEngine } from './interpolation.ts';
import { onnxRuntimeEngine } from './onnxRuntime.ts';

/** Every engine of the program. */
export const ENGINES: readonly Engine[] = [onnxRuntimeEngine, interpolationEngine];

function engineOf(id: Device['engine']): Engine {
  const engine = ENGINES.find((candidate) => candidate.id === id);
  if (engine === undefined) throw new TypeError(`There is no engine "${id}".`);
  return engine;
}

/**
 * Finds the device that `--gpu` names: `auto` and `cpu` are the processor, a number counts the graphics devices.
 *
 * @throws EnhancerError `engine/unavailable`, which lists what there is.
 */
export function chooseDevice(model: EngineModel, choice: string): Device {
  if (model.source.kind === 'kernel') return firstOf(engineOf('interpolation').listDevices());
  const devices = engineOf('onnx').listDevices();
  if (choice === 'auto' || choice === 'cpu') return firstOf(devices);
  const gpus = devices.filter((device) => device.kind === 'gpu');
  const gpu = gpus[Number(choice)];
  if (gpu === undefined) {
    const known = gpus.map(({ name }, index) => `${index} ${name}`).join(', ') || 'none';
    throw new EnhancerError(
      'engine/unavailable',
      `There is no graphics device ${choice}. There are: ${known}.`,
      {
        choice,
      },
    );
  }
  return gpu;
}

function firstOf(devices: readonly Device[]): Device {
  const [first] = devices;
  if (first === undefined) throw new TypeError('An engine lists no device.');
  return first;
}

/** Loads a model on a device; see {@link Engine.load}. */
export function loadModel(model: EngineModel, options: LoadOptions): Promise<LoadedModel> {
  return engineOf(options.device.engine).load(model, options);
}
