import { z } from 'zod';
import { REFERENCE_DEVICE } from '../core/engine/engine.ts';
import type { ListedDevice } from '../core/host/devices/deviceRegister.ts';
import { EXIT } from './program.ts';
import { forTerminal, gibibytes, table } from './text.ts';
import { openDeviceRegister } from './commandDevices.ts';

const optionsSchema = z.object({ probe: z.boolean(), json: z.boolean() });

/** The value of `--gpu` that selects a device; null if none does. */
function choiceOf({ gpu, id }: ListedDevice): string | null {
  if (gpu !== undefined) return String(gpu);
  return id === REFERENCE_DEVICE.id ? 'cpu' : null;
}

function memoryOf({ memoryBytes }: ListedDevice): string {
  return memoryBytes === undefined ? '' : gibibytes(memoryBytes);
}

function stateOf({ state }: ListedDevice): string {
  switch (state.kind) {
    case 'usable':
      return `works, ${(state.megapixelsPerSecond ?? 0).toPrecision(2)} MP/s`;
    case 'unusable':
      return `not usable: ${state.reason}`;
    case 'untested':
      return 'not tested';
  }
}

/** `enlarger devices`: every engine and device, whether it works, and the value of `--gpu` that selects it. */
export async function devicesCommand(rawOptions: unknown): Promise<number> {
  const { json, probe } = optionsSchema.parse(rawOptions);
  const register = openDeviceRegister();
  if (!probe) await register.tryUntested();
  const devices = await register.list(probe);
  if (json) {
    const listed = devices.map((device) => ({ ...device, gpu: choiceOf(device) }));
    process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
  } else {
    const rows = devices.map((device) => [
      choiceOf(device) ?? '–',
      device.kind,
      device.id,
      memoryOf(device),
      forTerminal(device.name),
      forTerminal(stateOf(device)),
    ]);
    process.stdout.write(`${table(['--gpu', 'kind', 'device', 'memory', 'name', ''], rows)}\n`);
  }
  return EXIT.done;
}
