import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorCode } from '../../../core/api/errors.ts';
import { readRaster } from '../../../core/image/readRaster.ts';
import type { FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { FolderWatcher } from '../../../core/watch/folderWatcher.ts';
import type { WatchState } from '../../../core/watch/watchOwner.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

export const SETTLE_MS = 2000;

export const IMAGE = readFileSync(fixturePath('grey8.png'));

/** A watcher with the program's decoder, whose clock is set by hand, and which only scans on request. */
export class WatchedFolder {
  readonly folder = path.join(temporaryFolder(), 'in');
  readonly accepted: string[] = [];
  readonly skipped: [string, ErrorCode][] = [];
  readonly states: WatchState['kind'][] = [];
  readonly #versions = new Map<string, string>();
  maxPixels = 1e6;
  nowMs = 0;
  #watcher: FolderWatcher | undefined;

  async scan(options: { outputs?: string[]; recursive?: boolean; exclude?: string[] } = {}): Promise<void> {
    this.#watcher ??= await FolderWatcher.open(
      {
        folder: this.folder,
        settleMs: SETTLE_MS,
        recursive: options.recursive ?? true,
        outputs: options.outputs ?? [],
        include: [],
        exclude: options.exclude ?? [],
      },
      {
        filterNew: (files) =>
          Promise.resolve(files.filter((file) => this.#versions.get(file.path) !== version(file))),
        forget: (paths) => {
          for (const each of paths) this.#versions.delete(each);
        },
        keepOnly: (seen, covers) => {
          for (const each of this.#versions.keys())
            if (!seen.has(each) && covers(each)) this.#versions.delete(each);
        },
        check: async (file) => {
          await readRaster(file, { colour: 'keep', maxPixels: this.maxPixels });
        },
        accept: (file) => {
          this.#versions.set(file.path, version(file));
          this.accepted.push(file.relativePath);
          return Promise.resolve();
        },
        skip: (file, { code }) => this.skipped.push([file, code]),
        onState: ({ kind }) => this.states.push(kind),
      },
      () => this.nowMs,
    );
    await this.#watcher.rescan();
  }

  async scanAfter(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.scan();
  }

  get waiting(): string[] {
    return (this.#watcher?.waiting ?? []).map(({ snapshot }) => snapshot.relativePath);
  }

  pathOf(name: string): string {
    return path.join(this.folder, name);
  }

  async write(name: string, content: string | Uint8Array = IMAGE): Promise<void> {
    await mkdir(path.dirname(this.pathOf(name)), { recursive: true });
    await writeFile(this.pathOf(name), content);
  }
}

function version({ sizeBytes, mtimeNs, inode }: FileSnapshot): string {
  return [sizeBytes, mtimeNs, inode].join(' ');
}
