import { EnlargerError } from '../api/errors.ts';
import { chooseDevices } from './chooseDevices.ts';
import type { Device, Engine, EngineModel, LoadedModel, LoadOptions } from './engine.ts';
import { interpolationEngine } from './interpolation.ts';
import { onnxRuntimeEngine } from './onnxRuntime.ts';
import { tensorflowEngine } from './tensorflow.ts';

/** Every engine of the program. */
export const ENGINES: readonly Engine[] = [onnxRuntimeEngine, tensorflowEngine, interpolationEngine];

/** The engine of a device. */
export function engineOf(id: Device['engine']): Engine {
  const engine = ENGINES.find((candidate) => candidate.id === id);
  if (engine === undefined) throw new TypeError(`There is no engine "${id}".`);
  return engine;
}

/** Every device of every engine that runs networks, in the order in which people count them. */
export function networkDevices(): Device[] {
  return ENGINES.filter(({ runs }) => runs === 'network').flatMap((engine) => engine.listDevices());
}

/**
 * The device that `--gpu` names, before any device has been tried: `auto` and `cpu` are the processor, a number
 * counts the graphics devices.
 *
 * @throws EnlargerError `engine/unavailable`, which lists what there is.
 */
export function chooseDevice(model: EngineModel, choice: string): Device {
  const { kind } = model.source;
  if (kind !== 'network') {
    return firstOf(ENGINES.filter(({ runs }) => runs === kind).flatMap((engine) => engine.listDevices()));
  }
  return firstOf(chooseDevices(networkDevices(), { engine: 'auto', device: choice }, []));
}

function firstOf(devices: readonly Device[]): Device {
  const [first] = devices;
  if (first === undefined) throw new TypeError('An engine does not list any device.');
  return first;
}

/** Loads a model on a device; see {@link Engine.load}. */
export function loadModel(model: EngineModel, options: LoadOptions): Promise<LoadedModel> {
  const { device } = options;
  if (device.missing !== undefined) {
    const message = `${device.name} (${device.id}) cannot be used: ${device.missing.reason}`;
    return Promise.reject(new EnlargerError('engine/unavailable', message, { device: device.id }));
  }
  return engineOf(device.engine).load(model, options);
}
