import { app, utilityProcess } from 'electron';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnhancerError } from '../core/api/errors.ts';
import { dataFolder } from '../core/host/dataFolder.ts';
import { openHost as joinParts } from '../core/host/enlargerHost.ts';
import { localSources } from '../core/host/localSources.ts';
import { openDoor } from '../core/host/ownerDoor.ts';
import { SettingsFile } from '../core/host/settingsFile.ts';
import { createMediaService } from '../core/media/createMediaService.ts';
import { utilityLauncher, type UtilityFork } from '../core/pool/utilityLauncher.ts';
import { machineSize, planWorkers } from '../core/pool/workerPlan.ts';
import { WorkerPool } from '../core/pool/workerPool.ts';
import { openStore } from '../core/store/openStore.ts';
import type { DesktopHost } from './desktopHost.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PURPOSE = 'Enlarger';

const fork: UtilityFork = (entry, args, options) => utilityProcess.fork(entry, args, options);

function missing(): Promise<never> {
  return Promise.reject(new EnhancerError('watch/unreachable', 'Folders cannot be watched yet.'));
}

export async function openHost(): Promise<DesktopHost> {
  const folder = dataFolder();
  const { store } = openStore(folder, PURPOSE);
  const settings = new SettingsFile(folder);
  const { workers, memoryCeilingMb } = settings.current;
  const plan = planWorkers(machineSize(), {
    workers: workers === 'auto' ? undefined : workers,
    memoryCeilingBytes: memoryCeilingMb === 'auto' ? undefined : memoryCeilingMb * 1024 * 1024,
  });
  const pool = new WorkerPool({ launch: utilityLauncher(fork), ...plan });
  const media = createMediaService({ cacheFolder: app.getPath('temp') });
  const sample = path.join(ROOT, 'examples', 'cat.jpg');
  const host = await joinParts({
    store,
    dataFolder: folder,
    pool,
    threads: plan.threads,
    modelsFolder: path.join(ROOT, 'resources', 'models'),
    version: app.getVersion(),
    capabilities: { localPaths: true, desktop: true, uploads: false },
    sources: localSources(folder),
    roots: () => [],
    media,
    devices: { list: () => Promise.resolve([]) },
    createWatcher: () => ({
      list: () => [],
      add: missing,
      update: missing,
      remove: missing,
      close: () => Promise.resolve(),
    }),
    settings,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...(existsSync(sample) && { samplePicture: sample }),
  });
  const door = await openDoor(host, folder, PURPOSE);
  return {
    api: host.api,
    subscribe: (listener) => host.subscribe(listener),
    media,
    close: async () => {
      await door.close();
      await host.close();
      pool.close();
      await media.close();
      store.close();
    },
  };
}
