import type { HostEvent } from '../../../core/api/contract.ts';
import type { BatchSpec, Source } from '../../../core/api/batchSpec.ts';
import { EnlargerError } from '../../../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import type { BatchView, JobView, QueueView } from '../../../core/api/views.ts';
import type { HostMethods, MethodsOf } from '../../../core/host/bindApi.ts';
import { countJobs, listStandInJobs, NO_COUNTS } from './listStandInJobs.ts';
import type { StandInImage, StandInMedia } from './standInMedia.ts';

interface StandInJob {
  view: JobView;
  readonly image: StandInImage;
}

type QueueMethods = MethodsOf<
  | 'addBatch'
  | 'addSampleBatch'
  | 'listBatches'
  | 'renameBatch'
  | 'listJobs'
  | 'getJob'
  | 'getQueue'
  | 'startQueue'
  | 'pauseQueue'
  | 'cancelJobs'
  | 'retryJobs'
  | 'removeJobs'
  | 'moveJobs'
>;
type Choice = Parameters<HostMethods['cancelJobs']>[0];

const TILES = 20;

/** The state of a job after one tick of work. Images whose name contains `broken` fail. */
function advance(view: JobView): JobView {
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

/** The batches and jobs of a stand-in, in the order of its queue; `tick` advances the work by one step. */
export class StandInQueue {
  readonly methods: QueueMethods;
  readonly #media: StandInMedia;
  readonly #tell: (event: HostEvent) => void;
  readonly #newId: () => number;
  #jobs: StandInJob[] = [];
  #batches: BatchView[] = [];
  #kind: 'idle' | 'running' | 'paused' = 'idle';

  constructor(media: StandInMedia, newId: () => number, tell: (event: HostEvent) => void) {
    this.#media = media;
    this.#newId = newId;
    this.#tell = tell;
    this.methods = { ...this.#batchMethods(), ...this.#jobMethods() };
  }

  /** Finishes a tile of the running job, or starts the next one. */
  tick(): void {
    if (this.#kind !== 'running') return;
    const job =
      this.#jobs.find(({ view }) => view.state.kind === 'running') ??
      this.#jobs.find(({ view }) => view.state.kind === 'queued');
    if (job === undefined) {
      this.#kind = 'idle';
      this.#tellQueue();
      return;
    }
    this.#put(job, advance(job.view));
  }

  job(jobId: number): Readonly<StandInJob> {
    const job = this.#jobs.find(({ view }) => view.id === jobId);
    if (job === undefined) throw new EnlargerError('job/not-found', `There is no job ${jobId}.`);
    return job;
  }

  jobsOf(batchId: number): readonly JobView[] {
    return this.#chosen({ batchId }).map(({ view }) => view);
  }

  #put(job: StandInJob, view: JobView): void {
    job.view = view;
    this.#tell({ type: 'jobs-changed', jobs: [view] });
    this.#tellQueue();
    this.#tellBatches();
  }

  #tellQueue(): void {
    this.#tell({ type: 'queue-changed', queue: this.#view() });
  }

  #tellBatches(): void {
    this.#tell({ type: 'batches-changed', batches: this.#batchViews() });
  }

  #view(): QueueView {
    const counts = countJobs(this.#jobs.map(({ view }) => view));
    const waiting = counts.queued + counts.running;
    const isRunning = this.#kind === 'running' && waiting > 0;
    return {
      state: { kind: waiting === 0 ? 'idle' : this.#kind },
      counts,
      megapixelsPerSecond: isRunning ? 2.34 : 0,
      ...(isRunning ? { remainingMs: waiting * 4_000, device: 'Intel Core i7-1260P' } : {}),
    };
  }

  #batchViews(): readonly BatchView[] {
    return this.#batches.map((batch) => ({ ...batch, counts: countJobs(this.jobsOf(batch.id)) }));
  }

  #chosen(choice: Choice): readonly StandInJob[] {
    return 'batchId' in choice
      ? this.#jobs.filter(({ view }) => view.batchId === choice.batchId)
      : this.#jobs.filter(({ view }) => choice.jobIds.includes(view.id));
  }

  /** The images of a source; those of a job have no folder that they were found in. */
  async imagesOf(source: Source): Promise<readonly StandInImage[]> {
    if (source.kind !== 'job') return this.#media.find(source);
    const { path: _, ...image } = this.job(source.jobId).image;
    return [image];
  }

  async #addBatch(spec: BatchSpec, startNow: boolean): Promise<{ batchId: number; inputs: number }> {
    const batchId = this.#newId();
    const images = (await Promise.all(spec.sources.map((source) => this.imagesOf(source)))).flat();
    const addedAt = Date.UTC(2026, 10, 25, 9, 41) + batchId * 60_000;
    this.#batches.push({ id: batchId, origin: 'window', spec, counts: NO_COUNTS, addedAt });
    for (const image of images) {
      const thumbnail = this.#media.thumbnail(image);
      this.#jobs.push({
        image,
        view: {
          id: this.#newId(),
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
    if (startNow) this.#kind = 'running';
    this.#tell({ type: 'jobs-reordered' });
    this.#tellBatches();
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

  #remove(choice: Choice): number {
    const gone = new Set(this.#chosen(choice).map(({ view }) => view.id));
    this.#jobs = this.#jobs.filter(({ view }) => !gone.has(view.id));
    this.#tell({ type: 'jobs-reordered' });
    this.#tellBatches();
    this.#tellQueue();
    return gone.size;
  }

  #set(kind: 'running' | 'paused'): QueueView {
    this.#kind = kind;
    this.#tellQueue();
    return this.#view();
  }

  #changeStates(choice: Choice, from: readonly string[], state: JobView['state']): number {
    const jobs = this.#chosen(choice).filter(({ view }) => from.includes(view.state.kind));
    for (const job of jobs) this.#put(job, { ...job.view, state });
    return jobs.length;
  }

  #batchMethods() {
    return {
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
      renameBatch: async ({ batchId, name }) => {
        this.#batches = this.#batches.map((batch) =>
          batch.id === batchId ? { ...batch, spec: { ...batch.spec, name } } : batch,
        );
        this.#tellBatches();
        return {};
      },
    } satisfies Partial<QueueMethods>;
  }

  #jobMethods() {
    return {
      listJobs: async (query) =>
        listStandInJobs(
          this.#jobs.map(({ view }) => view),
          query,
        ),
      getJob: async ({ jobId }) => this.job(jobId).view,
      getQueue: async () => this.#view(),
      startQueue: async () => this.#set('running'),
      pauseQueue: async () => this.#set('paused'),
      cancelJobs: async (choice) => ({
        cancelled: this.#changeStates(choice, ['queued', 'running'], { kind: 'cancelled' }),
      }),
      retryJobs: async (choice) => ({
        queued: this.#changeStates(choice, ['failed', 'cancelled'], { kind: 'queued' }),
      }),
      removeJobs: async (choice) => ({ removed: this.#remove(choice) }),
      moveJobs: async ({ jobIds, beforeJobId }) => ({ moved: this.#move(jobIds, beforeJobId) }),
    } satisfies Partial<QueueMethods>;
  }
}
