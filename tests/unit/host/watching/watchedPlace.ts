import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../../core/api/jobSettings.ts';
import type { Preset } from '../../../../core/api/programSettings.ts';
import { WatchedFolders } from '../../../../core/host/watching/watchedFolders.ts';
import { readRaster } from '../../../../core/image/readRaster.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../../../core/api/batchSpec.ts';
import { NO_MEDIA, openTestHost, type TestHost } from '../../../support/hostParts.ts';
import { fixturePath } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** The program's own decoder, in this process. */
const MEDIA = {
  ...NO_MEDIA,
  verify: async (file: string, { maxPixels }: { readonly maxPixels: number }) => {
    const { width, height } = await readRaster(file, { colour: 'keep', maxPixels });
    return { width, height };
  },
};

export interface Place {
  readonly data: string;
  readonly watched: string;
  readonly out: string;
}

export function makePlace(): Place {
  const root = temporaryFolder();
  const place = {
    data: path.join(root, 'data'),
    watched: path.join(root, 'in'),
    out: path.join(root, 'out'),
  };
  mkdirSync(path.join(place.watched, 'sub'), { recursive: true });
  mkdirSync(place.data);
  return place;
}

export function preset(out: string): Preset {
  return {
    id: 'p',
    name: 'Twice',
    batch: {
      destination: { kind: 'path', path: out },
      settings: {
        ...DEFAULT_JOB_SETTINGS,
        model: 'nearest',
        sizing: { kind: 'factor', factor: 2 },
      },
      exists: 'rename',
      nameTemplate: DEFAULT_NAME_TEMPLATE,
      recursive: true,
      include: [],
      exclude: [],
      report: { measure: false, formats: [] },
    },
  };
}

export function open({ data }: Place): Promise<TestHost> {
  return openTestHost(data, {
    parts: { createWatcher: (context) => new WatchedFolders(context, MEDIA) },
  });
}

export const SETTINGS = {
  presetId: 'p',
  settleMs: 100,
  include: [],
  exclude: [],
  recursive: true,
  paused: false,
};

export async function results({ out }: Place, count: number): Promise<string[]> {
  const files = (): string[] =>
    existsSync(out)
      ? readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
          /^(?!.*\.enlarger-).*\.png$/.test(name),
        )
      : [];
  await expect.poll(() => files().length, { timeout: 20_000 }).toBe(count);
  return files().sort();
}

export async function watching(place: Place, more: object = {}): Promise<TestHost> {
  const opened = await open(place);
  await opened.host.api.savePreset(preset(place.out));
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS, ...more });
  await opened.host.api.startQueue({});
  return opened;
}

/** The outcome of each file, by name, as clients see it. */
export async function ends(opened: TestHost): Promise<string[]> {
  const { jobs } = await opened.host.api.listJobs({ order: 'newest', offset: 0, limit: 100 });
  return jobs.map(({ name, state }) => `${name} ${state.kind}`).sort();
}

export async function passedOver(opened: TestHost): Promise<unknown> {
  const { folders } = await opened.host.api.listWatchedFolders({});
  return folders[0]?.passedOver.map(({ name, error }) => [name, error.code]);
}

export function withPolicy(out: string, exists: Preset['batch']['exists'], more: object = {}): Preset {
  const { batch, ...rest } = preset(out);
  return { ...rest, batch: { ...batch, exists, ...more } };
}

export async function watchingWith(place: Place, chosen: Preset, more: object = {}): Promise<TestHost> {
  const opened = await open(place);
  await opened.host.api.savePreset(chosen);
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS, ...more });
  await opened.host.api.startQueue({});
  return opened;
}

export function drop(place: Place, fixture: string, name: string): void {
  copyFileSync(fixturePath(fixture), path.join(place.watched, name));
}
