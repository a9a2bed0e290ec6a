/**
 * @file Images for the screen. `createMediaService.ts` makes the `mediaService.ts`, which gives thumbnails, tiles and
 * previews and keeps their files in `sessionFolder.ts`, under the random ids of `mediaRegistry.ts`. The work is done in
 * another process (`mediaProcess.ts`, started by a `mediaLauncher.ts`), which receives `mediaMessages.ts` and runs
 * `core/worker/media`.
 */
import { lstatSync, rmSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import { reportImagesSchema, type ReportImages } from '../api/reportImages.ts';
import type { CropPreview, MediaId, ImagePyramid } from '../api/views.ts';
import { forkMedia, type MediaLauncher } from './mediaLauncher.ts';
import { MediaProcess } from './mediaProcess.ts';
import type {
  ComparisonRequest,
  HeatMapRequest,
  MediaContent,
  MediaService,
  PreviewRequest,
  ReportImagesRequest,
  TileAddress,
} from './mediaService.ts';
import { MediaRegistry } from './mediaRegistry.ts';
import { makeSessionFolder } from './sessionFolder.ts';

export interface MediaServiceOptions {
  /** A folder for a session's files is created in it, and deleted at the end. */
  readonly cacheFolder: string;
  readonly launch?: MediaLauncher;
  /** Processor threads for previews; default: half of the cores but at least two, because a batch may be running. */
  readonly threads?: number;
  readonly memoryCeilingBytes?: number;
  /** How much of the disk the session's files may take. */
  readonly maxCacheBytes?: number;
}

const GIGABYTE = 1024 ** 3;

const DEFAULT_CACHE_BYTES = 4 * GIGABYTE; // two images of 400 MP, or one and many small ones
const IDLE_MS = 300_000;

/** Rows of a long list, each with its thumbnail, and some more. */
const MAX_ITEMS = 20_000;

/** Small images are counted with this much, whatever their size. */
const SMALL_BYTES = 32 * 1024;

/** Prepared results, which stay valid until their file changes. */
type Prepared<Value> = Map<string, Promise<Value>>;

/** Half of the machine's memory; a batch needs the other half. */
function defaultMemoryCeiling(): number {
  return Math.min(Math.max(os.totalmem() / 2, GIGABYTE), 4 * GIGABYTE);
}

/** Creates a service; the process starts with the first request. The caller closes it. */
export function createMediaService(options: MediaServiceOptions): MediaService {
  return new ProcessMediaService(options);
}

/** The state of a file when it was read: another size or time means another image. */
async function versionOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(file);
    return [file, size, mtimeMs, ino].join('\n');
  } catch (error) {
    throw new EnlargerError('input/not-found', `${file} does not exist.`, { file }, { cause: error });
  }
}

/** Opens exactly the file that is offered; another one with its name, or a link in its place, is not served. */
function offeredVersion(file: string): string {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return 'no file';
  return [stats.dev, stats.ino, stats.size, stats.mtimeMs].join(' ');
}

class ProcessMediaService implements MediaService {
  readonly #process: MediaProcess;
  readonly #registry: MediaRegistry;
  readonly #folder: string;
  readonly #threads: number;
  readonly #thumbnails: Prepared<{ media: MediaId; size: Size }> = new Map();
  readonly #pyramids: Prepared<ImagePyramid> = new Map();
  readonly #heatMaps: Prepared<{ media: MediaId }> = new Map();
  readonly #reportImages: Prepared<{ media: MediaId }> = new Map();
  #latestPreview = new AbortController();
  #files = 0;

  constructor(options: MediaServiceOptions) {
    this.#folder = makeSessionFolder(options.cacheFolder, 'media');
    this.#threads = options.threads ?? Math.max(2, Math.ceil(os.availableParallelism() / 2));
    this.#registry = new MediaRegistry({
      items: MAX_ITEMS,
      bytes: options.maxCacheBytes ?? DEFAULT_CACHE_BYTES,
    });
    this.#process = new MediaProcess({
      launch: options.launch ?? forkMedia,
      memoryCeilingBytes: options.memoryCeilingBytes ?? defaultMemoryCeiling(),
      idleMs: IDLE_MS,
    });
  }

  thumbnail(file: string): Promise<{ media: MediaId; size: Size }> {
    return this.#prepare(this.#thumbnails, [file], async () => {
      const target = this.#newFile('webp');
      const { size } = await this.#process.run('thumbnail', { file, target });
      const content = { contentType: 'image/webp', file: target };
      return { media: this.#registry.add({ kind: 'content', content }, SMALL_BYTES, target), size };
    });
  }

  async verify(
    file: string,
    { maxPixels, signal }: { readonly maxPixels: number; readonly signal: AbortSignal },
  ): Promise<Size> {
    const { size } = await this.#process.run('verify', { file, maxPixels }, signal);
    return size;
  }

  pyramid(file: string): Promise<ImagePyramid> {
    return this.#prepare(this.#pyramids, [file], async () => {
      const target = this.#newFile('tif');
      const { size, levels, tilePx } = await this.#process.run('pyramid', { file, target });
      const { size: sizeBytes } = await stat(target);
      const media = this.#registry.add({ kind: 'pyramid', file: target, size, levels }, sizeBytes, target);
      return { media, size, levels, tilePx };
    });
  }

  async heatMap({ input, output, kind }: HeatMapRequest): Promise<MediaId> {
    const { media } = await this.#prepare(
      this.#heatMaps,
      [input, output],
      async () => {
        const target = this.#newFile('webp');
        await this.#process.run('heatMap', { input, output, kind, target });
        return { media: await this.#addFile(target, 'image/webp') };
      },
      kind,
    );
    return media;
  }

  async comparison(request: ComparisonRequest, fileName: string): Promise<MediaId> {
    const target = this.#newFile('jpg');
    const { sizeBytes } = await this.#process.run('comparison', { ...request, target });
    const content = { contentType: 'image/jpeg', fileName, file: target };
    return this.#registry.add({ kind: 'content', content }, sizeBytes, target);
  }

  async previewCrop({ file, crop, settings, modelsFolder }: PreviewRequest): Promise<CropPreview> {
    this.#latestPreview.abort();
    this.#latestPreview = new AbortController();
    const enlargedTarget = this.#newFile('png');
    const bicubicTarget = this.#newFile('png');
    const preview = await this.#process.run(
      'preview',
      {
        file,
        crop,
        settings,
        modelsFolder,
        threads: this.#threads,
        scratchFolder: this.#newFile('scratch'),
        enlargedTarget,
        bicubicTarget,
      },
      this.#latestPreview.signal,
    );
    const [enlarged, bicubic] = [
      await this.#addFile(enlargedTarget, 'image/png'),
      await this.#addFile(bicubicTarget, 'image/png'),
    ];
    return { ...preview, enlarged, bicubic };
  }

  async reportImages({ input, output, quality }: ReportImagesRequest): Promise<ReportImages> {
    const { media } = await this.#prepare(this.#reportImages, [input, output], async () => {
      const target = this.#newFile('json');
      const places = quality && { quality };
      await this.#process.run('reportImages', { input, output, ...places, target });
      return { media: await this.#addFile(target, 'application/json') };
    });
    const { file = '' } = await this.read(media);
    return reportImagesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  }

  offer(file: string, contentType: string, fileName: string): MediaId {
    const content = { contentType, fileName, file };
    return this.#registry.add({ kind: 'content', content, version: offeredVersion(file) }, 0);
  }

  async read(media: MediaId, tile?: TileAddress): Promise<MediaContent> {
    const item = this.#registry.get(media);
    if (item.kind === 'content' && tile === undefined) {
      if (item.version === undefined || item.version === offeredVersion(item.content.file ?? ''))
        return item.content;
      throw new EnlargerError(
        'media/not-found',
        'The file was changed since it was offered. Ask for it again.',
      );
    }
    if (item.kind === 'content' || tile === undefined) {
      throw new EnlargerError('media/not-found', 'A pyramid is read in tiles, and only a pyramid is.');
    }
    const { size, levels, file: pyramidFile } = item;
    const { png } = await this.#process.run('tile', { pyramidFile, size, levels, ...tile });
    return { contentType: 'image/png', bytes: png };
  }

  async close(): Promise<void> {
    await this.#process.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #newFile(extension: string): string {
    return path.join(this.#folder, `${++this.#files}.${extension}`);
  }

  async #addFile(file: string, contentType: string): Promise<MediaId> {
    const { size: sizeBytes } = await stat(file);
    return this.#registry.add({ kind: 'content', content: { contentType, file } }, sizeBytes, file);
  }

  /** Derives something from files once, and again only if they changed or it was evicted. */
  async #prepare<Value extends { readonly media: MediaId }>(
    prepared: Prepared<Value>,
    files: readonly string[],
    make: () => Promise<Value>,
    variant = '',
  ): Promise<Value> {
    const key = [variant, ...(await Promise.all(files.map(versionOf)))].join('\n');
    const present = prepared.get(key);
    if (present !== undefined) {
      const value = await present;
      if (this.#registry.has(value.media)) return value;
    }
    const making = make();
    if (prepared.size >= MAX_ITEMS) prepared.clear();
    prepared.set(key, making);
    try {
      return await making;
    } catch (error) {
      prepared.delete(key);
      throw error;
    }
  }
}
