import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { ProgramSettings, SharingChange } from '../../../core/api/programSettings.ts';
import { DEFAULT_PROGRAM_SETTINGS } from '../../../core/api/programSettings.ts';
import type { Notices } from '../notices.svelte.ts';

/** The program's own settings, as the host keeps them. */
export class ProgramOptions {
  readonly #api: EnlargerApi;
  readonly #notices: Notices;
  #settings = $state.raw<ProgramSettings>(DEFAULT_PROGRAM_SETTINGS);

  constructor(api: EnlargerApi, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get settings(): ProgramSettings {
    return this.#settings;
  }

  apply(settings: ProgramSettings): void {
    this.#settings = settings;
  }

  async load(): Promise<void> {
    this.apply(await this.#api.getSettings({}));
  }

  async change(change: Partial<Omit<ProgramSettings, 'schema'>>): Promise<void> {
    const before = this.#settings;
    this.apply({ ...before, ...change }); // shown immediately
    const saved = await this.#notices.attempt(() => this.#api.updateSettings(change));
    this.apply(saved ?? before);
  }

  /** Shares the list with other machines, or no longer. The program tries the server first. @returns Whether it worked. */
  async share(sharing: SharingChange | null): Promise<boolean> {
    const saved = await this.#notices.attempt(() => this.#api.updateSettings({ sharing }));
    if (saved !== undefined) this.apply(saved);
    return saved !== undefined;
  }
}
