import type { z } from 'zod';
import type { EnlargerApi, EnlargerHost, HostEvent, ProgramInfo } from '../../core/api/contract.ts';
import { AUTO_MODEL } from '../../core/api/models/chosenModel.ts';
import type { BatchSpec, Source } from '../../core/api/batchSpec.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import type { JobSettings } from '../../core/api/jobSettings.ts';
import type { METHOD_INPUTS } from '../../core/api/methodInputs.ts';
import type { Size } from '../../core/api/image.ts';
import { DEFAULT_PROGRAM_SETTINGS } from '../../core/api/programSettings.ts';
import type { Preset, ProgramSettings } from '../../core/api/programSettings.ts';
import { targetSize } from '../../core/api/targetSize.ts';
import { bindApi, type HostMethods } from '../../core/host/bindApi.ts';
import { JOB_STATES } from '../../core/api/views.ts';
import type {
  BatchView,
  DeviceView,
  JobCounts,
  JobPage,
  JobView,
  QueueView,
  RootEntry,
} from '../../core/api/views.ts';
import type { WatchedFolderView } from '../../core/api/watchedFolderView.ts';
import { StandInModels } from './standInModels.ts';
import { STAND_IN_DEVICES } from './standInDevices.ts';
import { standInReport } from './standInReport.ts';
import { standInSummary } from './standInSummary.ts';

/** An image that the stand-in "finds" for a source. */
export interface StandInImage {
  readonly name: string;
  readonly size: Size;
  readonly sizeBytes: number;
  /** Its path below the source that led to it; absent if the source is this image. */
  readonly path?: string;
}

/** Where the stand-in's images come from; tests of state need no pixels, the window's own tests bring some. */
export interface StandInMedia {
  find(source: Source): Promise<readonly StandInImage[]>;
  thumbnail(image: StandInImage): string | undefined;
  pyramid(image: StandInImage, size: Size): Promise<{ media: string; tilePx: number; levels: number }>;
  preview(
    image: StandInImage,
    crop: { x: number; y: number; width: number; height: number },
    size: Size,
  ): Promise<{ enlarged: string; bicubic: string }>;
  file(name: string, content: string): string;
  /** The content of a folder of an opened root. */
  folder(relative: string): readonly RootEntry[];
}

interface StandInJob {
  view: JobView;
  readonly picture: StandInImage;
}

type ListQuery = z.output<(typeof METHOD_INPUTS)['listJobs']>;

const TILES = 20;
const NO_COUNTS: JobCounts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };

/** As the host names results at twice the size, without its special cases. */
function standInName(name: string, template: string): string {
  const [stem, ext = ''] = name.split(/\.(?=[^.]*$)/);
  const values: Readonly<Record<string, string>> = { dir: '', name: stem ?? '', size: '4x', ext };
  return template.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? key).replace(/^\//, '');
}

/**
 * An in-memory host that behaves as the contract says, without workers: `tick` does the work of a moment. Images
 * whose name holds `broken` fail.
 */
export class StandInHost implements EnlargerHost {
  readonly api: EnlargerApi;
  readonly models: StandInModels;
  readonly #media: StandInMedia;
  readonly #listeners = new Set<(event: HostEvent) => void>();
  readonly #info: ProgramInfo;
  #jobs: StandInJob[] = [];
  #batches: BatchView[] = [];
  #queueKind: 'idle' | 'running' | 'paused' = 'idle';
  #presets: Preset[] = [];
  #watched: WatchedFolderView[] = [];
  #settings: ProgramSettings = DEFAULT_PROGRAM_SETTINGS;
  #devices: readonly DeviceView[] = STAND_IN_DEVICES;
  #lastPreview: JobSettings | undefined;
  #nextId = 1;

  constructor(media: StandInMedia, info: ProgramInfo) {
    this.#media = media;
    this.#info = info;
    const nameOf = async (source: Source): Promise<string> => {
      const [file] = await media.find(source);
      return file?.name ?? '';
    };
    this.models = new StandInModels(info.models, nameOf, (event) => this.#tell(event));
    this.api = this.#bind();
  }

  /** How the last preview was to be enlarged. */
  get lastPreview(): JobSettings | undefined {
    return this.#lastPreview;
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Does one tile of what runs, and takes the next image when one is done. */
  tick(): void {
    if (this.#queueKind !== 'running') return;
    const job =
      this.#jobs.find(({ view }) => view.state.kind === 'running') ??
      this.#jobs.find(({ view }) => view.state.kind === 'queued');
    if (job === undefined) {
      this.#queueKind = 'idle';
      this.#tellQueue();
      return;
    }
    this.#put(job, this.#step(job.view));
  }

  /** As a watched folder does that found something. */
  setWatched(folders: readonly WatchedFolderView[]): void {
    this.#watched = [...folders];
    this.#tell({ type: 'watched-folders-changed', folders: this.#watched });
  }

  #step(view: JobView): JobView {
    const done = view.state.kind === 'running' ? view.state.tilesDone + 4 : 0;
    if (view.name.includes('broken')) {
      const error = {
        code: 'image/corrupt' as const,
        message: `${view.name} ends in the middle of its data.`,
      };
      return { ...view, attempts: view.attempts + 1, state: { kind: 'failed', error } };
    }
    if (done < TILES) return { ...view, state: { kind: 'running', tilesDone: done, tilesTotal: TILES } };
    const outputSize = view.targetSize ?? { width: 1, height: 1 };
    return {
      ...view,
      attempts: view.attempts + 1,
      state: {
        kind: 'done',
        outputPath: `/results/${view.name}`,
        outputSize,
        outputBytes: outputSize.width * outputSize.height,
        elapsedMs: 900 + outputSize.width,
        device: 'Intel Core i7-1260P',
        repairedTiles: 0,
        warnings: [],
        verdict: view.id % 7 === 3 ? 'look' : 'ok',
      },
    };
  }

  #put(job: StandInJob, view: JobView): void {
    job.view = view;
    this.#tell({ type: 'jobs-changed', jobs: [view] });
    this.#tellQueue();
    this.#tell({ type: 'batches-changed', batches: this.#batchViews() });
  }

  #tell(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #tellQueue(): void {
    this.#tell({ type: 'queue-changed', queue: this.#queue() });
  }

  #counts(jobs: readonly StandInJob[]): JobCounts {
    const counts: Record<string, number> = { ...NO_COUNTS };
    for (const { view } of jobs) counts[view.state.kind] = (counts[view.state.kind] ?? 0) + 1;
    return counts as JobCounts;
  }

  #queue(): QueueView {
    const counts = this.#counts(this.#jobs);
    const waiting = counts.queued + counts.running;
    const isRunning = this.#queueKind === 'running' && waiting > 0;
    return {
      state: { kind: waiting === 0 ? 'idle' : this.#queueKind },
      counts,
      megapixelsPerSecond: isRunning ? 2.34 : 0,
      ...(isRunning ? { remainingMs: waiting * 4_000, device: 'Intel Core i7-1260P' } : {}),
    };
  }

  #batchViews(): readonly BatchView[] {
    return this.#batches.map((batch) => ({
      ...batch,
      counts: this.#counts(this.#jobs.filter(({ view }) => view.batchId === batch.id)),
    }));
  }

  #job(jobId: number): StandInJob {
    const job = this.#jobs.find(({ view }) => view.id === jobId);
    if (job === undefined) throw new EnlargerError('job/not-found', `There is no job ${jobId}.`);
    return job;
  }

  #chosen(choice: { jobIds: number[] } | { batchId: number }): readonly StandInJob[] {
    return 'batchId' in choice
      ? this.#jobs.filter(({ view }) => view.batchId === choice.batchId)
      : this.#jobs.filter(({ view }) => choice.jobIds.includes(view.id));
  }

  #list(query: ListQuery): JobPage {
    const ofBatch = this.#jobs.filter(
      ({ view }) => query.batchId === undefined || view.batchId === query.batchId,
    );
    const search = query.search?.toLowerCase() ?? '';
    const fitting = ofBatch
      .map(({ view }) => view)
      .filter(({ state }) => query.states?.includes(state.kind) ?? true)
      .filter(({ name }) => name.toLowerCase().includes(search));
    const ordered = ORDERS[query.order](fitting);
    return {
      total: ordered.length,
      offset: query.offset,
      jobs: ordered.slice(query.offset, query.offset + query.limit),
      counts: this.#counts(ofBatch),
    };
  }

  async #addBatch(spec: BatchSpec, startNow: boolean): Promise<{ batchId: number; inputs: number }> {
    const batchId = this.#nextId++;
    const images = (await Promise.all(spec.sources.map((source) => this.#media.find(source)))).flat();
    const addedAt = Date.UTC(2026, 10, 25, 9, 41) + batchId * 60_000;
    this.#batches.push({ id: batchId, origin: 'window', spec, counts: NO_COUNTS, addedAt });
    for (const image of images) {
      const thumbnail = this.#media.thumbnail(image);
      this.#jobs.push({
        picture: image,
        view: {
          id: this.#nextId++,
          batchId,
          name: image.name,
          state: { kind: 'queued' },
          inputSize: image.size,
          targetSize: targetSize(image.size, spec.settings.sizing),
          attempts: 0,
          addedAt,
          ...(thumbnail === undefined ? {} : { thumbnail }),
        },
      });
    }
    if (startNow) this.#queueKind = 'running';
    this.#tell({ type: 'jobs-reordered' });
    this.#tell({ type: 'batches-changed', batches: this.#batchViews() });
    this.#tellQueue();
    return { batchId, inputs: images.length };
  }

  #move(jobIds: readonly number[], beforeJobId: number | undefined): number {
    const moved = this.#jobs.filter(({ view }) => jobIds.includes(view.id));
    const rest = this.#jobs.filter(({ view }) => !jobIds.includes(view.id));
    const place =
      beforeJobId === undefined ? rest.length : rest.findIndex(({ view }) => view.id === beforeJobId);
    this.#jobs = [...rest.slice(0, place), ...moved, ...rest.slice(place)];
    this.#tell({ type: 'jobs-reordered' });
    return moved.length;
  }

  #bind(): EnlargerApi {
    return bindApi(
      {
        ...this.#queueMethods(),
        ...this.#pictureMethods(),
        ...this.#settingsMethods(),
        ...this.models.methods,
      },
      { info: () => undefined, warn: () => undefined, error: () => undefined },
    );
  }

  #queueMethods() {
    return {
      getProgramInfo: async () => this.#info,
      inspectSources: async ({ sources, settings, nameTemplate }) => {
        const found = sources.map(async (source) =>
          (await this.#media.find(source)).map(({ path, ...image }) => ({
            ...image,
            source: path === undefined ? source : namedAlone(source, path),
          })),
        );
        const images = (await Promise.all(found)).flat();
        const good = images.filter(({ size }) => size.width > 0);
        return {
          pictures: good.map((image) => ({
            ...image,
            estimateMs: estimateMs(targetSize(image.size, settings.sizing)),
            ...(nameTemplate !== undefined && { outputName: standInName(image.name, nameTemplate) }),
          })),
          refused: images
            .filter(({ size }) => size.width === 0)
            .map(({ name }) => ({
              name,
              error: { code: 'image/unsupported-format' as const, message: `${name} is not an image.` },
            })),
        };
      },
      listRoot: async ({ relative, offset, limit }) => {
        const entries = this.#media.folder(relative);
        return { total: entries.length, offset, entries: entries.slice(offset, offset + limit) };
      },
      addBatch: ({ spec, startNow }) => this.#addBatch(spec, startNow),
      addSampleBatch: ({ startNow }) =>
        this.#addBatch(
          {
            sources: [{ kind: 'path', path: 'sample' }],
            destination: { kind: 'downloads' },
            settings: DEFAULT_JOB_SETTINGS,
            exists: 'rename',
            nameTemplate: '{name}.{ext}',
            recursive: false,
            include: [],
            exclude: [],
            report: { measure: true, formats: [] },
          },
          startNow,
        ),
      listBatches: async () => ({ batches: this.#batchViews() }),
      listJobs: async (query) => this.#list(query),
      getJob: async ({ jobId }) => this.#job(jobId).view,
      getQueue: async () => this.#queue(),
      startQueue: async () => this.#setQueue('running'),
      pauseQueue: async () => this.#setQueue('paused'),
      cancelJobs: async (choice) => ({
        cancelled: this.#changeStates(choice, ['queued', 'running'], { kind: 'cancelled' }),
      }),
      retryJobs: async (choice) => ({
        queued: this.#changeStates(choice, ['failed', 'cancelled'], { kind: 'queued' }),
      }),
      removeJobs: async (choice) => {
        const gone = new Set(this.#chosen(choice).map(({ view }) => view.id));
        this.#jobs = this.#jobs.filter(({ view }) => !gone.has(view.id));
        this.#tell({ type: 'jobs-reordered' });
        this.#tell({ type: 'batches-changed', batches: this.#batchViews() });
        this.#tellQueue();
        return { removed: gone.size };
      },
      renameBatch: async ({ batchId, name }) => {
        this.#batches = this.#batches.map((batch) =>
          batch.id === batchId ? { ...batch, spec: { ...batch.spec, name } } : batch,
        );
        this.#tell({ type: 'batches-changed', batches: this.#batchViews() });
        return {};
      },
      moveJobs: async ({ jobIds, beforeJobId }) => ({ moved: this.#move(jobIds, beforeJobId) }),
    } satisfies Partial<HostMethods>;
  }

  #setQueue(kind: 'running' | 'paused'): QueueView {
    this.#queueKind = kind;
    this.#tellQueue();
    return this.#queue();
  }

  #changeStates(
    choice: Parameters<EnlargerApi['cancelJobs']>[0],
    from: readonly string[],
    state: JobView['state'],
  ): number {
    const jobs = this.#chosen(choice).filter(({ view }) => from.includes(view.state.kind));
    for (const job of jobs) this.#put(job, { ...job.view, state });
    return jobs.length;
  }

  #pictureMethods() {
    return {
      getReport: async ({ jobId }) => {
        const { view, picture: image } = this.#job(jobId);
        if (view.state.kind !== 'done')
          throw new EnlargerError('report/not-found', `Job ${jobId} has no report.`);
        return standInReport(view, image.sizeBytes);
      },
      getBatchReport: async ({ batchId, ...page }) => {
        const jobs = this.#chosen({ batchId });
        return standInSummary(
          jobs.map(({ view }) => view),
          this.#counts(jobs),
          page,
        );
      },
      getHeatMap: async ({ jobId }) => {
        const { picture: image } = this.#job(jobId);
        const { media } = await this.#media.pyramid(image, { width: 64, height: 64 });
        return { media: `${media}/0/0/0` };
      },
      exportReport: async ({ format }) => ({
        media: this.#media.file(`report.${format}`, `a report as ${format}`),
        fileName: `report.${format}`,
        format,
      }),
      openImage: async ({ jobId, which }) => {
        const { view, picture: image } = this.#job(jobId);
        const size = which === 'result' && view.state.kind === 'done' ? view.state.outputSize : image.size;
        return { ...(await this.#media.pyramid(image, size)), size };
      },
      downloadResult: async ({ jobId }) => {
        const { name } = this.#job(jobId).view;
        return { media: this.#media.file(name, 'a result'), fileName: name };
      },
      previewCrop: async ({ source, crop, settings }) => {
        this.#lastPreview = settings;
        const [image] =
          source.kind === 'job' ? [this.#job(source.jobId).picture] : await this.#media.find(source);
        if (image === undefined) throw new EnlargerError('input/not-found', 'There is no such image.');
        const whole = targetSize(image.size, settings.sizing);
        const size = {
          width: Math.round((crop.width * whole.width) / image.size.width),
          height: Math.round((crop.height * whole.height) / image.size.height),
        };
        const images = await this.#media.preview(image, crop, size);
        return {
          ...images,
          size,
          model: settings.model === AUTO_MODEL ? 'fast' : settings.model,
          device: 'Intel Core i7-1260P',
          elapsedMs: 240,
          estimateMs: estimateMs(whole),
        };
      },
    } satisfies Partial<HostMethods>;
  }

  #settingsMethods() {
    return {
      listPresets: async () => ({ presets: this.#presets }),
      savePreset: async (preset) => {
        this.#presets = [...this.#presets.filter(({ id }) => id !== preset.id), preset];
        return preset;
      },
      deletePreset: async ({ presetId }) => {
        const before = this.#presets.length;
        this.#presets = this.#presets.filter(({ id }) => id !== presetId);
        return { deleted: this.#presets.length < before };
      },
      listWatchedFolders: async () => ({ folders: this.#watched }),
      addWatchedFolder: async ({ folder, presetId, settleMs, include, exclude, moveOriginalsTo, paused }) => {
        const added: WatchedFolderView = {
          ...{ folder, presetId, settleMs, include, exclude },
          ...(moveOriginalsTo === undefined ? {} : { moveOriginalsTo }),
          id: this.#nextId++,
          state: { kind: paused ? 'paused' : 'watching' },
          taken: 0,
          passedOver: [],
        };
        this.#watched = [...this.#watched, added];
        return added;
      },
      updateWatchedFolder: async ({ id, paused, presetId, include, exclude }) => {
        const folder = this.#watched.find((one) => one.id === id);
        if (folder === undefined)
          throw new EnlargerError('watch/not-found', `There is no watched folder ${id}.`);
        const state =
          paused === undefined
            ? folder.state
            : { kind: paused ? ('paused' as const) : ('watching' as const) };
        const lists = { include: include ?? folder.include, exclude: exclude ?? folder.exclude };
        const updated = { ...folder, state, presetId: presetId ?? folder.presetId, ...lists };
        this.#watched = this.#watched.map((one) => (one.id === id ? updated : one));
        return updated;
      },
      removeWatchedFolder: async ({ id }) => {
        const before = this.#watched.length;
        this.#watched = this.#watched.filter((one) => one.id !== id);
        return { removed: this.#watched.length < before };
      },
      countFolderImages: async () => ({ images: 12 }),
      listDevices: async () => ({ devices: this.#devices }),
      getSettings: async () => this.#settings,
      updateSettings: async (change) => {
        const given = Object.entries(change).filter(([, value]) => value !== undefined);
        this.#settings = { ...this.#settings, ...Object.fromEntries(given) };
        this.#tell({ type: 'settings-changed', settings: this.#settings });
        return this.#settings;
      },
    } satisfies Partial<HostMethods>;
  }
}

function namedAlone(source: Source, path: string): Source {
  return source.kind === 'root' ? { ...source, relative: path } : { kind: 'path', path };
}

function estimateMs({ width, height }: Size): number {
  return (width * height) / 2_340;
}

const byName = (a: JobView, b: JobView): number => a.name.localeCompare(b.name, 'en');
const pixelsOf = ({ targetSize }: JobView): number => (targetSize?.width ?? 0) * (targetSize?.height ?? 0);
const elapsedOf = ({ state }: JobView): number => (state.kind === 'done' ? state.elapsedMs : 0);
const badness = ({ state }: JobView): number => (state.kind === 'done' && state.verdict === 'look' ? 0 : 1);

const ORDERS: Readonly<Record<ListQuery['order'], (jobs: readonly JobView[]) => JobView[]>> = {
  queue: (jobs) => [...jobs],
  newest: (jobs) => [...jobs].reverse(),
  name: (jobs) => [...jobs].sort(byName),
  'worst-first': (jobs) => [...jobs].sort((a, b) => badness(a) - badness(b)),
  largest: (jobs) => [...jobs].sort((a, b) => pixelsOf(b) - pixelsOf(a)),
  slowest: (jobs) => [...jobs].sort((a, b) => elapsedOf(b) - elapsedOf(a)),
  state: (jobs) =>
    [...jobs].sort((a, b) => JOB_STATES.indexOf(a.state.kind) - JOB_STATES.indexOf(b.state.kind)),
  folder: (jobs) => [...jobs].sort((a, b) => (a.sourcePath ?? '').localeCompare(b.sourcePath ?? '', 'en')),
};
