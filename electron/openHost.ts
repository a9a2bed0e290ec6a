import { app, utilityProcess } from 'electron';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHost as joinParts } from '../core/host/enlargerHost.ts';
import { localSources } from '../core/host/localSources.ts';
import { SettingsFile } from '../core/host/settingsFile.ts';
import { createMediaService } from '../core/media/createMediaService.ts';
import { utilityLauncher } from '../core/pool/utilityLauncher.ts';
import { machineSize, planWorkers } from '../core/pool/workerPlan.ts';
import { WorkerPool } from '../core/pool/workerPool.ts';
import { openStore } from '../core/store/openStore.ts';
import type { DesktopHost } from './desktopHost.ts';

const RESOURCES = fileURLToPath(new URL('../../resources', import.meta.url));
export async function openHost(): Promise<DesktopHost> {
  const folder = process.env['ENLARGER_DATA'] ?? app.getPath('userData');
  const { store } = openStore(folder, "the desktop program");
  const settings = new SettingsFile(folder);
  const plan = planWorkers(machineSize());
  const pool = new WorkerPool({
    launch: utilityLauncher((entry, args, options) => utilityProcess.fork(entry, args, options)),
    workers: plan.workers,
  });
  const media = createMediaService({ cacheFolder: app.getPath('temp') });
  const reject = (): Promise<never> => Promise.reject(new Error('not yet'));
  const host = await joinParts({
    store, dataFolder: folder, pool, threads: plan.threads, modelsFolder: path.join(RESOURCES, 'models'),
    version: app.getVersion(), capabilities: { localPaths: true, desktop: true, uploads: false },
    sources: localSources(folder), roots: () => [], media, devices: { list: () => Promise.resolve([]) },
    createWatcher: () => ({ list: () => [], add: reject, update: reject, remove: reject, close: () => Promise.resolve() }),
    settings, log: { info: () => undefined, warn: console.warn, error: console.error },
  });
  void existsSync;
  return { ...host, media, close: async () => { await host.close(); pool.close(); await media.close(); store.close(); } };
}
