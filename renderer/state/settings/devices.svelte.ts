import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { DeviceView } from '../../../core/api/views.ts';
import type { Notices } from '../notices.svelte.ts';

/** The devices of this machine. */
export class Devices {
  readonly #api: EnlargerApi;
  readonly #notices: Notices;
  #list = $state.raw<readonly DeviceView[]>([]);
  #isProbing = $state(false);

  constructor(api: EnlargerApi, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get list(): readonly DeviceView[] {
    return this.#list;
  }

  get isProbing(): boolean {
    return this.#isProbing;
  }

  /** The display name of a device; its number if that is not known. */
  nameOf(id: string): string {
    return this.#list.find((device) => device.id === id)?.name ?? id;
  }

  apply(devices: readonly DeviceView[]): void {
    this.#list = devices;
  }

  async load(): Promise<void> {
    this.apply((await this.#api.listDevices({ probe: false })).devices);
  }

  /** Tries every device, each in a separate process. */
  async probe(): Promise<void> {
    this.#isProbing = true;
    const answer = await this.#notices.attempt(() => this.#api.listDevices({ probe: true }));
    this.#isProbing = false;
    if (answer !== undefined) this.apply(answer.devices);
  }
}
