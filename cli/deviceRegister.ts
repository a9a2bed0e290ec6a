import { cacheFolder } from '../core/files/cacheFolder.ts';
import { DeviceRegister } from '../core/host/devices/deviceRegister.ts';
import { forkWorker } from '../core/pool/launcher.ts';
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
