import type {
  EnlargerApi,
  EnlargerHost,
  HostEvent,
  MachineView,
  ProgramInfo,
} from '../../../core/api/contract.ts';
import type { SourcePlace } from '../../../core/api/batchSpec.ts';
import type { JobSettings } from '../../../core/api/jobSettings.ts';
import type { WatchedFolderView } from '../../../core/api/watchedFolderView.ts';
import { bindApi } from '../../../core/host/bindApi.ts';
import { StandInModels } from '../standInModels.ts';
import { standInImageMethods, standInSourceMethods } from './standInImageMethods.ts';
import type { StandInMedia } from './standInMedia.ts';
import { StandInQueue } from './standInQueue.ts';
import { StandInSettings } from './standInSettings.ts';

/**
 * An in-memory host that behaves as the contract requires, without workers: `tick` advances the work by one step. Images
 * whose name contains `broken` fail.
 */
export class StandInHost implements EnlargerHost {
  readonly api: EnlargerApi;
  readonly models: StandInModels;
  readonly #queue: StandInQueue;
  readonly #settings: StandInSettings;
  readonly #listeners = new Set<(event: HostEvent) => void>();
  #lastPreview: JobSettings | undefined;

  constructor(media: StandInMedia, info: ProgramInfo) {
    const tell = (event: HostEvent): void => this.#tell(event);
    const nameOf = async (source: SourcePlace): Promise<string> => (await media.find(source))[0]?.name ?? '';
    let nextId = 1;
    const newId = (): number => nextId++;
    this.models = new StandInModels(info.models, nameOf, tell);
    this.#queue = new StandInQueue(media, newId, tell);
    this.#settings = new StandInSettings(newId, tell);
    this.api = bindApi(
      {
        getProgramInfo: async () => info,
        ...standInSourceMethods(media, this.#queue),
        ...this.#queue.methods,
        ...standInImageMethods(media, this.#queue, (settings) => (this.#lastPreview = settings)),
        ...this.#settings.methods,
        ...this.models.methods,
      },
      { info: () => undefined, warn: () => undefined, error: () => undefined },
    );
  }

  /** The settings of the last preview. */
  get lastPreview(): JobSettings | undefined {
    return this.#lastPreview;
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finishes a tile of the running job, or starts the next one. */
  tick(): void {
    this.#queue.tick();
  }

  /** As if a watched folder had found something. */
  setWatched(folders: readonly WatchedFolderView[]): void {
    this.#settings.setWatched(folders);
  }

  /** As if the list were shared with these machines. */
  setMachines(machines: readonly MachineView[]): void {
    this.#settings.setMachines(machines);
  }

  #tell(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
