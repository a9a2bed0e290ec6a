import type { EnlargerApi, MachineView } from '../../../core/api/contract.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';

const LOOK_MS = 2_000;

/** Other machines that work on the list. */
export class Machines {
  readonly #api: EnlargerApi;
  #isShared = $state(false);
  #problem = $state.raw<ErrorDto>();
  #list = $state.raw<readonly MachineView[]>([]);

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  /** Whether the list is shared, even if no other machine has joined. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Why the list is not shared although the settings have it so. */
  get problem(): ErrorDto | undefined {
    return this.#problem;
  }

  get list(): readonly MachineView[] {
    return this.#list;
  }

  async load(): Promise<void> {
    const { isShared, machines, problem } = await this.#api.listMachines({});
    this.#problem = problem;
    this.#isShared = isShared;
    this.#list = machines;
  }

  /** Keeps the list up to date while it is shown. @returns A function that ends that. */
  follow(): () => void {
    // Without a connection, the window itself reports it.
    const look = (): void => void this.load().catch(() => undefined);
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
    };
  }
}
