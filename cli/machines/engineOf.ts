import os from 'node:os';
import type { PoolDevices } from '../../core/pool/localPool.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { describeMachine } from '../machine.ts';

/**
 * Everything that affects the last bits of a result on this machine: libraries, and the device that networks run on.
 * Another processor model may add in another order.
 */
export async function engineOf(devices: PoolDevices): Promise<string> {
  const { onnxruntime, libvips, processor } = describeMachine();
  const chosen = await devices.choose(DEFAULT_JOB_SETTINGS).catch(() => undefined);
  const device = chosen?.[0] ?? 'none';
  return `onnxruntime ${onnxruntime}, libvips ${libvips}, ${os.arch()}, ${device}, ${processor}`.slice(
    0,
    200,
  );
}
