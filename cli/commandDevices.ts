import { cacheFolder } from '../core/files/cacheFolder.ts';
import { DeviceRegister } from '../core/host/devices/deviceRegister.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import type { PoolDevices } from '../core/pool/localPool.ts';
import { BUNDLED_MODELS, programVersion } from './program.ts';

/** The register of this machine's devices, which are always tested with the bundled models. */
export function openDeviceRegister(): DeviceRegister {
  return new DeviceRegister({
    launch: forkWorker,
    modelsFolder: BUNDLED_MODELS,
    cacheFolder: cacheFolder(),
    program: `enlarger ${programVersion()}`,
  });
}

/**
 * The devices for a command that starts its first worker before the device of any job is chosen: that worker serves all
 * of them. They are looked up when the first job needs one.
 */
export function commandDevices(): PoolDevices {
  let register: DeviceRegister | undefined;
  const opened = (): DeviceRegister => (register ??= openDeviceRegister());
  return {
    list: (probe) => opened().list(probe),
    choose: (settings) => opened().choose(settings),
    assertUsable: (settings) => {
      opened().assertUsable(settings);
    },
  };
}
