import { cacheFolder } from '../core/files/cacheFolder.ts';
import { DeviceRegister } from '../core/host/devices/deviceRegister.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import { BUNDLED_MODELS, programVersion } from './program.ts';

/** What is known of this machine's devices; they are tried with the program's own models, whatever others are used. */
export function openDeviceRegister(): DeviceRegister {
  return new DeviceRegister({
    launch: forkWorker,
    modelsFolder: BUNDLED_MODELS,
    cacheFolder: cacheFolder(),
    program: `enlarger ${programVersion()}`,
  });
}
