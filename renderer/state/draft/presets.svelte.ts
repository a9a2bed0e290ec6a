import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { Preset } from '../../../core/api/programSettings.ts';
import type { BatchOptions, PresetBatch } from './batchOptions.svelte.ts';
import type { Notices } from '../notices.svelte.ts';

/** The prefix for ids of presets that belong to a watched folder; the command line's `watch` creates them, too. */
const OF_WATCHED_FOLDER = 'watch-';

/** The saved ways of enlarging. */
export class Presets {
  readonly #api: EnlargerApi;
  readonly #notices: Notices;
  #list = $state.raw<readonly Preset[]>([]);

  constructor(api: EnlargerApi, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get list(): readonly Preset[] {
    return this.#list;
  }

  /** Those that a person saved, without those of watched folders. */
  get own(): readonly Preset[] {
    return this.#list.filter(({ id }) => !id.startsWith(OF_WATCHED_FOLDER));
  }

  nameOf(presetId: string): string {
    return this.#list.find(({ id }) => id === presetId)?.name ?? presetId;
  }

  async load(): Promise<void> {
    this.#list = (await this.#api.listPresets({})).presets;
  }

  /** Saves the options under a name; a preset with the same name is replaced. */
  async save(name: string, options: BatchOptions): Promise<void> {
    const saved = await this.saveBatch(name, options.batch);
    if (saved !== undefined) options.markAs(saved.id);
  }

  async saveBatch(name: string, batch: PresetBatch): Promise<Preset | undefined> {
    const same = this.#list.find((preset) => preset.name === name.trim());
    return this.#save({ id: same?.id ?? crypto.randomUUID(), name: name.trim(), batch });
  }

  /** Saves the options of a watched folder; presets that a person saved do not change. */
  async saveForFolder(name: string, batch: PresetBatch): Promise<Preset | undefined> {
    return this.#save({ id: `${OF_WATCHED_FOLDER}${crypto.randomUUID()}`, name: name.trim(), batch });
  }

  async #save(preset: Preset): Promise<Preset | undefined> {
    const saved = await this.#notices.attempt(() => this.#api.savePreset(preset));
    if (saved !== undefined) this.#list = [...this.#list.filter(({ id }) => id !== saved.id), saved];
    return saved;
  }

  async delete(presetId: string): Promise<void> {
    const answer = await this.#notices.attempt(() => this.#api.deletePreset({ presetId }));
    if (answer?.deleted === true) this.#list = this.#list.filter(({ id }) => id !== presetId);
  }
}
