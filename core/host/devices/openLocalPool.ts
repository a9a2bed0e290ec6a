import type { ProgramSettings } from '../../api/programSettings.ts';
import { LocalPool, type LocalPoolOptions } from '../../pool/localPool.ts';
import type { DeviceRegister } from './deviceRegister.ts';

const MEGABYTE = 1024 * 1024;

type PoolSettings = Pick<ProgramSettings, 'workers' | 'memoryCeilingMb' | 'device' | 'engine'>;

export interface ProgramPoolParts extends Pick<LocalPoolOptions, 'launch' | 'onLog'> {
  readonly register: DeviceRegister;
  readonly settings: { readonly current: PoolSettings };
}

/**
 * The pool of this machine as the program's settings describe it. The number of workers and their memory are read once,
 * the preferred device for every job: it decides where a job leaves that open.
 */
export function openLocalPool({ register, settings, ...options }: ProgramPoolParts): LocalPool {
  const { workers, memoryCeilingMb } = settings.current;
  return new LocalPool({
    ...options,
    ...(workers !== 'auto' && { workers }),
    ...(memoryCeilingMb !== 'auto' && { memoryCeilingBytes: memoryCeilingMb * MEGABYTE }),
    devices: {
      list: (probe) => register.list(probe),
      graphicsDevice: (choice) => register.graphicsDevice(choice),
      choose: ({ model, device, engine }) =>
        register.choose({
          model,
          device: device === 'auto' ? settings.current.device : device,
          engine: engine === 'auto' ? settings.current.engine : engine,
        }),
    },
  });
}
