/**
 * @file A host that watches one folder, with its workers in the same process: for histories of watched folders. Run as
 * a separate process it watches until it is killed.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_NAME_TEMPLATE, type ExistsPolicy } from '../../core/api/batchSpec.ts';
import { defined } from '../../core/api/defined.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../core/api/jobSettings.ts';
import { WatchedFolders } from '../../core/host/watching/watchedFolders.ts';
import { readRaster } from '../../core/image/readRaster.ts';
import { NO_MEDIA, openTestHost, type TestHost } from './hostParts.ts';

const MEDIA = {
  ...NO_MEDIA,
  verify: async (file: string, { maxPixels }: { readonly maxPixels: number }) => {
    const { width, height } = await readRaster(file, { colour: 'keep', maxPixels });
    return { width, height };
  },
};

export interface WatchedSetting {
  readonly inbox: string;
  readonly out: string;
  readonly data: string;
  /** Where originals with results are moved; without it, they stay. */
  readonly done?: string;
  readonly factor: number;
  readonly exists: ExistsPolicy;
}

export interface WatchedHost {
  readonly opened: TestHost;
  readonly folders: WatchedFolders;
}

export function watchedSettings({ factor }: Pick<WatchedSetting, 'factor'>): JobSettings {
  return { ...DEFAULT_JOB_SETTINGS, model: 'nearest', sizing: { kind: 'factor', factor } };
}

/** As `enlarger watch` does it: the settings of the command replace those of the last one. */
export async function configureWatched({ host }: TestHost, setting: WatchedSetting): Promise<void> {
  const { inbox, out, done, exists } = setting;
  await host.api.savePreset({
    id: 'p',
    name: 'History',
    batch: {
      destination: { kind: 'path', path: out },
      settings: watchedSettings(setting),
      exists,
      nameTemplate: DEFAULT_NAME_TEMPLATE,
      recursive: true,
      include: [],
      exclude: [],
      report: { measure: false, formats: [] },
    },
  });
  const { folders } = await host.api.listWatchedFolders({});
  const fields = {
    ...{ presetId: 'p', settleMs: 100, include: [], exclude: [], recursive: true, paused: false },
    ...defined({ moveOriginalsTo: done }),
  };
  const [known] = folders;
  if (known === undefined) await host.api.addWatchedFolder({ folder: inbox, ...fields });
  else await host.api.updateWatchedFolder({ id: known.id, ...fields });
}

export async function openWatchedHost(setting: WatchedSetting): Promise<WatchedHost> {
  let folders: WatchedFolders | undefined;
  const opened = await openTestHost(setting.data, {
    parts: { createWatcher: (context) => (folders = new WatchedFolders(context, MEDIA)) },
  });
  if (folders === undefined) throw new Error('The host has not created a watcher.');
  await configureWatched(opened, setting);
  await opened.host.api.startQueue({});
  return { opened, folders };
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await openWatchedHost(JSON.parse(process.argv[2] ?? '') as WatchedSetting); // written by the test
  process.stdout.write('ready\n');
}
