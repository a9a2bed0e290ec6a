import type { SourcePlace } from '../../../core/api/batchSpec.ts';
import { toErrorDto, type ErrorDto } from '../../../core/api/errors.ts';
import type { AddedModelView, AddingView } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import type { Incoming } from '../draft/incoming.ts';
import { nameOfIncoming, partIncoming } from './modelGroups.ts';

/** What a person states about the files; empty texts state nothing. */
export interface StatedFacts {
  readonly name: string;
  readonly licence: string;
  readonly author: string;
}

/** The outcomes for files, in the order in which they ended. */
export type AddingOutcome =
  | { readonly fileName: string; readonly kind: 'added' | 'known'; readonly name: string }
  | { readonly fileName: string; readonly kind: 'refused'; readonly error: ErrorDto };

/** Files with networks: offered, then sent if needed, then added by the host. */
export class ModelAdding {
  readonly #connection: Connection;
  #offered = $state.raw<readonly Incoming[]>([]);
  #sending = $state.raw<{ readonly fileName: string; readonly share: number } | undefined>(undefined);
  #running = $state.raw<readonly AddingView[]>([]);
  #outcomes = $state.raw<readonly AddingOutcome[]>([]);
  #leftOut = $state.raw<readonly string[]>([]);
  #isBusy = $state(false);
  #stop = new AbortController();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Names of the files that a person dropped and has not confirmed yet. */
  get offered(): readonly string[] {
    return this.#offered.map(nameOfIncoming);
  }

  get sending(): { readonly fileName: string; readonly share: number } | undefined {
    return this.#sending;
  }

  /** The files that the host is adding, in whichever window they were chosen. */
  get running(): readonly AddingView[] {
    return this.#running;
  }

  get isBusy(): boolean {
    return this.#isBusy || this.#running.length > 0;
  }

  get outcomes(): readonly AddingOutcome[] {
    return this.#outcomes;
  }

  /** Names of files in a folder that contain no network. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** The maximum number of networks in the offered files: an ncnn pair counts once. */
  get offeredCount(): number {
    return new Set(this.offered.map((name) => name.replace(/\.(param|bin)$/i, '.ncnn'))).size;
  }

  /** Offers files that may be networks. @returns The rest. */
  offer(incoming: readonly Incoming[], isOnModelsPage: boolean): readonly Incoming[] {
    const { models, images } = partIncoming(incoming, isOnModelsPage);
    if (models.length > 0) {
      this.#offered = [...this.#offered, ...models];
      this.dismiss();
    }
    return images;
  }

  withdraw(): void {
    this.#offered = [];
  }

  /** Clears the outcomes of the last addition. */
  dismiss(): void {
    this.#outcomes = [];
    this.#leftOut = [];
  }

  apply(running: readonly AddingView[]): void {
    this.#running = running;
  }

  /** Adds the offered files. Never throws: failures are among the outcomes. */
  async add(facts: StatedFacts): Promise<void> {
    const incoming = this.#offered;
    if (incoming.length === 0 || this.#isBusy) return;
    this.withdraw();
    this.dismiss();
    this.#isBusy = true;
    this.#stop = new AbortController();
    try {
      const sources = await this.#send(incoming);
      const isOne = new Set(incoming.map((one) => stemOf(nameOfIncoming(one)))).size === 1;
      const stated = Object.entries(facts)
        .map(([key, text]: [string, string]) => [key, text.trim()] as const)
        .filter(([key, text]) => text !== '' && (key !== 'name' || isOne));
      const { outcomes, leftOut } = await this.#connection.api.addModels({
        sources: [...sources],
        ...Object.fromEntries(stated),
      });
      this.#outcomes = outcomes.map(outcomeOf);
      this.#leftOut = leftOut;
    } catch (error) {
      const fileName = incoming.map(nameOfIncoming).join(', ');
      this.#outcomes = [{ fileName, kind: 'refused', error: toErrorDto(error) }];
    } finally {
      this.#sending = undefined;
      this.#isBusy = false;
    }
  }

  /** Cancels sending and adding; models that were already added stay. */
  async cancel(): Promise<void> {
    this.#stop.abort();
    await this.#connection.api.cancelAddModels({}).catch(() => undefined);
  }

  async #send(incoming: readonly Incoming[]): Promise<readonly SourcePlace[]> {
    const sources: SourcePlace[] = [];
    for (const one of incoming) sources.push(await this.#toSource(one));
    return sources;
  }

  async #toSource(incoming: Incoming): Promise<SourcePlace> {
    if (incoming.kind === 'path') return incoming;
    if (incoming.kind === 'known') throw new TypeError('The earlier additions are images.');
    if (incoming.kind === 'root')
      return { kind: 'root', rootId: incoming.rootId, relative: incoming.relative };
    const { desktop, upload } = this.#connection;
    const path = desktop?.pathOfFile(incoming.file) ?? '';
    if (path !== '') return { kind: 'path', path };
    if (upload === undefined) throw new TypeError('A window without access to files has to send them.');
    const fileName = incoming.file.name;
    const show = (share: number): void => {
      this.#sending = { fileName, share };
    };
    show(0);
    const source = await upload(incoming.file, show, this.#stop.signal);
    this.#sending = undefined;
    return source;
  }
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]+$/, '').toLowerCase();
}

function outcomeOf(outcome: AddedModelView): AddingOutcome {
  const { fileName } = outcome;
  if (outcome.kind === 'refused') return { fileName, kind: 'refused', error: outcome.error };
  return { fileName, kind: outcome.kind, name: outcome.model.name };
}
