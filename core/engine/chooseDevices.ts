import { EnlargerError } from '../api/errors.ts';
import type { EngineChoice } from '../api/models/engines.ts';
import { REFERENCE_DEVICE, type Device } from './engine.ts';

/** The user's choice by `--engine` and `--gpu`. */
export interface DeviceWish {
  readonly engine: EngineChoice;
  /** `auto`, `cpu`, the number of a graphics device, or a device's id. */
  readonly device: string;
}

/** The outcome of trying a device. */
export interface ProvenDevice {
  readonly id: string;
  /** Whether its output matched the processor's. */
  readonly isUsable: boolean;
  /** Megapixels of output a second; 0 if that was not measured. */
  readonly megapixelsPerSecond: number;
}

/** How many times as fast as the processor a device has to be; measurements on busy machines vary by less. */
const WORTHWHILE = 1.2;

function describe(gpus: readonly Device[]): string {
  return gpus.map(({ name, engine }, index) => `${index} ${name} (${engine})`).join(', ') || 'none';
}

/** Graphics devices as `--gpu` counts them. */
export function graphicsDevices(devices: readonly Device[]): Device[] {
  return devices.filter(({ kind }) => kind === 'gpu');
}

function namedDevice(devices: readonly Device[], { engine, device: choice }: DeviceWish): Device {
  const gpus = graphicsDevices(devices);
  const device = devices.find(({ id }) => id === choice) ?? gpus[Number(choice)];
  const isOfEngine = engine === 'auto' || device?.engine === engine;
  if (device === undefined || !isOfEngine) {
    const message = `There is no graphics device ${choice}. There are: ${describe(gpus)}.`;
    throw new EnlargerError('engine/unavailable', message, { choice });
  }
  if (device.missing !== undefined) {
    const message = `The device ${choice}, ${device.name}, cannot be used: ${device.missing.reason}`;
    throw new EnlargerError('engine/unavailable', message, { choice });
  }
  return device;
}

/** Processors of the requested engine, except those known to give wrong results. */
function processors(devices: readonly Device[], wish: DeviceWish, proven: readonly ProvenDevice[]): Device[] {
  const engine = wish.engine === 'auto' ? REFERENCE_DEVICE.engine : wish.engine;
  return devices.filter(
    (device) =>
      device.kind === 'cpu' &&
      device.engine === engine &&
      device.missing === undefined &&
      !proven.some(({ id, isUsable }) => id === device.id && !isUsable),
  );
}

/**
 * The fallback chain for a choice: devices in order of preference. `auto` uses proven graphics devices, fastest first,
 * as long as they are clearly faster than the processor, and ends with the processor. A device that was named is
 * followed by the processor only.
 *
 * @param devices All devices (`networkDevices`).
 * @returns At least one device.
 * @throws EnlargerError `engine/unavailable`, listing the devices.
 */
export function chooseDevices(
  devices: readonly Device[],
  wish: DeviceWish,
  proven: readonly ProvenDevice[],
): Device[] {
  const cpus = processors(devices, wish, proven);
  const chosen =
    wish.device === 'cpu'
      ? cpus
      : wish.device === 'auto'
        ? [...provenGraphics(devices, wish, proven, cpus[0]), ...cpus]
        : withoutTwice([namedDevice(devices, wish), ...cpus]);
  if (chosen.length === 0) {
    const reasons = devices
      .filter(({ engine }) => engine === wish.engine)
      .map(({ id, missing }) => `${id}: ${missing?.reason ?? 'it does not give the right image'}`);
    const message = `The engine "${wish.engine}" cannot be used. ${reasons.join(' ')}`;
    throw new EnlargerError('engine/unavailable', message, { engine: wish.engine });
  }
  return chosen;
}

function withoutTwice(devices: readonly Device[]): Device[] {
  return devices.filter(({ id }, index) => devices.findIndex((other) => other.id === id) === index);
}

function provenGraphics(
  devices: readonly Device[],
  wish: DeviceWish,
  proven: readonly ProvenDevice[],
  cpu: Device | undefined,
): Device[] {
  const speedOf = (id: string | undefined): number =>
    proven.find((known) => known.id === id && known.isUsable)?.megapixelsPerSecond ?? 0;
  const least = WORTHWHILE * speedOf(cpu?.id);
  return graphicsDevices(devices)
    .filter(({ id, engine }) => (wish.engine === 'auto' || engine === wish.engine) && speedOf(id) > least)
    .sort((a, b) => speedOf(b.id) - speedOf(a.id));
}
