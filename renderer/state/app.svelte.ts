import type { HostEvent } from '../../core/api/contract.ts';
import type { JobView } from '../../core/api/views.ts';
import type { Connection } from '../api/connection.ts';
import { BatchOptions } from './draft/batchOptions.svelte.ts';
import { Batches } from './queue/batches.svelte.ts';
import { BatchReportState } from './report/batchReport.svelte.ts';
import { Devices } from './settings/devices.svelte.ts';
import { Draft } from './draft/draft.svelte.ts';
import { DraftActions } from './draft/draftActions.ts';
import type { Incoming } from './draft/incoming.ts';
import { JobActions } from './queue/jobActions.ts';
import type { CopyImage, SaveAllInBrowser, SaveInBrowser } from './queue/saving.ts';
import { JobList } from './queue/jobList.svelte.ts';
import { Machines } from './settings/machines.svelte.ts';
import { Models } from './models/models.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { ImageReports } from './report/imageReports.svelte.ts';
import { Presets } from './draft/presets.svelte.ts';
import { ModelComparison } from './viewer/modelComparison.svelte.ts';
import { Panels, type Memory } from './panels.svelte.ts';
import { Preview } from './viewer/preview.svelte.ts';
import { ProgramOptions } from './settings/programOptions.svelte.ts';
import { Queue } from './queue/queue.svelte.ts';
import { RootPicker } from './draft/rootPicker.svelte.ts';
import { RowDrag } from './queue/rowDrag.svelte.ts';
import { Selection } from './queue/selection.svelte.ts';
import { Texts } from './texts.svelte.ts';
import { languageOf } from '../../core/texts/languageOf.ts';
import { Viewer } from './viewer/viewer.svelte.ts';
import { WatchedFolders } from './settings/watchedFolders.svelte.ts';

/** The page that is shown. */
export type Place = 'draft' | 'queue' | 'report' | 'watched' | 'machines' | 'models' | 'settings';

interface Surroundings {
  readonly systemLanguages: readonly string[];
  readonly saveInBrowser: SaveInBrowser;
  readonly saveAllInBrowser: SaveAllInBrowser;
  readonly copyImage: CopyImage;
  /** Outlives the window. */
  readonly memory?: Memory;
}

/** The window's whole state: joins the parts, and passes the host's events on to them. */
export class App {
  readonly connection: Connection;
  readonly texts = new Texts();
  readonly notices = new Notices();
  readonly selection = new Selection();
  readonly queue: Queue;
  readonly jobs: JobList;
  readonly batches: Batches;
  readonly options: BatchOptions;
  readonly draft: Draft;
  readonly draftActions: DraftActions;
  readonly preview: Preview;
  readonly comparison: ModelComparison;
  readonly panels: Panels;
  readonly viewer: Viewer;
  readonly reports: ImageReports;
  readonly batchReport: BatchReportState;
  readonly watched: WatchedFolders;
  readonly presets: Presets;
  readonly picker: RootPicker;
  readonly devices: Devices;
  readonly machines: Machines;
  readonly models: Models;
  readonly program: ProgramOptions;
  readonly actions: JobActions;
  readonly drag: RowDrag;
  /** The image has the whole window. */
  isImageFull = $state(false);
  areShortcutsShown = $state(false);
  readonly #systemLanguages: readonly string[];
  #place = $state<Place>('queue');
  #isLoaded = $state(false);
  #isLinkUp = $state(true);
  #shownJob = $state.raw<JobView | undefined>(undefined);
  #isReportOpen = $state(false);

  constructor(connection: Connection, { systemLanguages, memory, ...saving }: Surroundings) {
    const { api, info } = connection;
    const { notices, selection } = this;
    this.connection = connection;
    this.#systemLanguages = systemLanguages;
    this.queue = new Queue(api, notices);
    this.jobs = new JobList(api, (error) => void notices.attempt(() => Promise.reject(error as Error)));
    this.batches = new Batches(api);
    this.options = new BatchOptions(info.capabilities);
    this.preview = new Preview(api);
    this.comparison = new ModelComparison(api, this.preview);
    this.panels = new Panels(memory);
    const pace = (): number | undefined => this.preview.msPerPixel;
    this.draft = new Draft({ connection, options: this.options, notices, pace, memory });
    this.draftActions = new DraftActions(this, () => this.go('draft'));
    this.viewer = new Viewer(api);
    this.reports = new ImageReports(api);
    this.batchReport = new BatchReportState(api);
    this.watched = new WatchedFolders(api, notices);
    this.presets = new Presets(api, notices);
    this.picker = new RootPicker(api, info.roots);
    this.devices = new Devices(api, notices);
    this.machines = new Machines(api);
    this.models = new Models(connection, this);
    this.program = new ProgramOptions(api, notices);
    this.actions = new JobActions({ connection, jobs: this.jobs, selection, notices, ...saving });
    this.drag = new RowDrag(this.jobs, selection, this.actions);
  }

  get place(): Place {
    // A new batch without images cannot be shown.
    return this.#place === 'draft' && this.draft.isEmpty ? 'queue' : this.#place;
  }

  /** Whether the host's first answers have arrived. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get isLinkUp(): boolean {
    return this.#isLinkUp;
  }
  /** Nothing was ever added, so the window explains how to begin. */
  get isFirstStart(): boolean {
    return this.#isLoaded && this.queue.total === 0 && this.draft.isEmpty;
  }

  /** The image on the right. */
  get shownJob(): JobView | undefined {
    return this.#shownJob;
  }

  get isReportOpen(): boolean {
    return this.#isReportOpen;
  }

  set isReportOpen(isOpen: boolean) {
    this.#isReportOpen = isOpen;
    if (isOpen) this.panels.pane = 'image';
  }

  /** Loads everything, then keeps it up to date. @returns A function that ends this. */
  async start(): Promise<() => void> {
    const endEvents = this.connection.subscribe((event) => this.#apply(event));
    const endLink = this.connection.watchLink((isUp) => this.#followLink(isUp));
    const endOpened = this.connection.desktop?.watchOpened(() => void this.#addOpened());
    await this.#loadAll();
    this.#isLoaded = true;
    void this.#addOpened();
    void this.draftActions.restore();
    return () => {
      endEvents();
      endLink();
      endOpened?.();
    };
  }

  go(place: Place): void {
    this.#place = place;
    this.isImageFull = false;
    this.notices.dismissErrors();
    if (place !== 'draft' && this.panels.pane === 'rail') this.panels.pane = 'image';
    if (place === 'models') void this.models.cards.load();
    if (place !== 'draft' && !this.jobs.isLoaded) void this.jobs.refresh();
  }

  /** Shows the images of one batch, or all. */
  async showQueue(batchId?: number): Promise<void> {
    this.go('queue');
    this.selection.clear();
    await this.jobs.choose({ batchId });
  }

  async showReport(batchId: number): Promise<void> {
    this.go('report');
    this.#isReportOpen = false;
    await this.notices.attempt(() => this.batchReport.open(batchId));
  }

  async addInputs(incoming: readonly Incoming[]): Promise<void> {
    if (incoming.length === 0) return;
    const images = this.models.adding.offer(incoming, this.#place === 'models');
    this.go(images.length < incoming.length ? 'models' : 'draft');
    if (images.length > 0) await this.draft.add(images);
  }

  async submitDraft(): Promise<void> {
    const batchId = await this.draft.submit();
    if (batchId === undefined) return;
    this.comparison.close();
    await this.showQueue(batchId);
    await this.showFirst();
  }

  async addSample(): Promise<void> {
    const added = await this.notices.attempt(() => this.connection.api.addSampleBatch({ startNow: true }));
    if (added === undefined) return;
    await this.showQueue(added.batchId);
    await this.showFirst();
  }

  async showFirst(): Promise<void> {
    const first = this.jobs.rowAt(0);
    if (first === undefined) return;
    this.selection.pick(0, first.id);
    await this.showJob(first);
  }

  async showJob(job: JobView): Promise<void> {
    this.#shownJob = job;
    await Promise.all([this.viewer.open(job), this.#openReport(job)]);
  }

  /** Moves to the row above or below. */
  async showBeside(step: 1 | -1): Promise<void> {
    const index = this.selection.activeIndex + step;
    const job = this.jobs.rowAt(index);
    if (job === undefined) return;
    this.selection.pick(index, job.id);
    await this.showJob(job);
  }

  async #openReport(job: JobView): Promise<void> {
    if (job.state.kind === 'done' && job.state.verdict !== undefined) await this.reports.open(job.id);
    else this.reports.close();
  }

  async #loadAll(): Promise<void> {
    const { queue, jobs, batches, watched, presets, devices, machines, program } = this;
    await this.notices.attempt(async () => {
      await Promise.all([program.load(), queue.load(), batches.load(), watched.load(), presets.load()]);
      await Promise.all([jobs.refresh(), devices.load(), machines.load()]);
    });
    this.#chooseLanguage();
    if (this.program.settings.stripPrivateData) this.options.changeSettings({ metadata: 'safe' });
  }

  /** Files that the program was opened with become a draft, as if they had been dropped. */
  async #addOpened(): Promise<void> {
    const paths = await this.notices.attempt(async () => this.connection.desktop?.takeOpenedPaths());
    await this.addInputs((paths ?? []).map((path) => ({ kind: 'path', path })));
  }

  #followLink(isUp: boolean): void {
    if (isUp && !this.#isLinkUp) void this.#loadAll();
    this.#isLinkUp = isUp;
  }

  #chooseLanguage(): void {
    this.texts.language = languageOf(this.program.settings.language, this.#systemLanguages);
  }

  #apply(event: HostEvent): void {
    switch (event.type) {
      case 'jobs-changed':
        this.#applyJobs(event.jobs);
        break;
      case 'jobs-reordered':
        this.jobs.markChanged();
        break;
      case 'batches-changed':
        this.batches.apply(event.batches);
        this.#leaveRemovedBatch();
        break;
      case 'queue-changed':
        this.queue.apply(event.queue);
        break;
      case 'watched-folders-changed':
        this.watched.apply(event.folders);
        break;
      case 'models-changed':
      case 'models-adding':
        this.models.apply(event);
        break;
      case 'devices-changed':
        this.devices.apply(event.devices);
        break;
      case 'settings-changed':
        this.program.apply(event.settings);
        this.#chooseLanguage();
        break;
    }
  }

  /** A batch that is gone is not shown any more. */
  #leaveRemovedBatch(): void {
    const { batchId } = this.jobs.query;
    if (batchId === undefined || this.batches.byId(batchId) !== undefined) return;
    if (this.#shownJob?.batchId === batchId) this.#shownJob = undefined;
    if (this.#place === 'queue' || this.#place === 'report') void this.showQueue();
    else void this.jobs.choose({ batchId: undefined });
  }

  #applyJobs(jobs: readonly JobView[]): void {
    this.jobs.applyJobs(jobs);
    const shown = jobs.find(({ id }) => id === this.#shownJob?.id);
    if (shown !== undefined) void this.showJob(shown);
  }
}
