import type { EnlargerApi } from '../../../core/api/contract.ts';
import { toErrorDto, type ErrorDto } from '../../../core/api/errors.ts';
import type { ModelCard } from '../../../core/api/views.ts';
import type { Notices } from '../notices.svelte.ts';
import type { Texts } from '../texts.svelte.ts';
import { matchesSearch, modelGroups, type ModelGroup } from './modelGroups.ts';

/** The outcome of checking a family's files. */
export type Verification =
  | { readonly kind: 'running' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly error: ErrorDto };

/** The page of all installed models. */
export class ModelCards {
  readonly #api: EnlargerApi;
  readonly #notices: Notices;
  readonly #texts: Texts;
  #cards = $state.raw<readonly ModelCard[]>([]);
  #isLoaded = $state(false);
  #verifications = $state.raw<ReadonlyMap<string, Verification>>(new Map());
  /** The model whose deletion has to be confirmed. */
  #inQuestion = $state<string | undefined>(undefined);
  search = $state('');
  readonly #groups = $derived.by(() => modelGroups(this.#cards, this.#texts));
  readonly #shown = $derived(this.#groups.filter((group) => matchesSearch(group, this.search)));

  constructor(api: EnlargerApi, notices: Notices, texts: Texts) {
    this.#api = api;
    this.#notices = notices;
    this.#texts = texts;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get all(): readonly ModelCard[] {
    return this.#cards;
  }

  /** The matches of the search among added models, or among the program's own. */
  shown(isAdded: boolean): readonly ModelGroup[] {
    return this.#shown.filter((group) => group.isAdded === isAdded);
  }

  async load(): Promise<void> {
    const answer = await this.#notices.attempt(() => this.#api.listModels({}));
    if (answer === undefined) return;
    this.#cards = answer.models;
    this.#isLoaded = true;
  }

  verificationOf(groupId: string): Verification | undefined {
    return this.#verifications.get(groupId);
  }

  /** Checks the files of all members and runs each once; stops at the first that fails. */
  async verify({ id, cards }: ModelGroup): Promise<void> {
    this.#put(id, { kind: 'running' });
    try {
      for (const card of cards) {
        const { error } = await this.#api.verifyModel({ modelId: card.id });
        if (error !== undefined) {
          this.#put(id, { kind: 'failed', error });
          return;
        }
      }
      this.#put(id, { kind: 'passed' });
    } catch (error) {
      this.#put(id, { kind: 'failed', error: toErrorDto(error) });
    }
  }

  isInQuestion(groupId: string): boolean {
    return this.#inQuestion === groupId;
  }

  /** Asks whether a model is to be deleted. */
  questionRemoval({ id }: ModelGroup): void {
    this.#inQuestion = id;
  }

  keep(): void {
    this.#inQuestion = undefined;
  }

  async remove({ id, name, cards }: ModelGroup): Promise<void> {
    this.keep();
    const removed = await this.#notices.attempt(() => this.#api.removeModel({ modelId: cards[0].id }));
    if (removed === undefined) return;
    this.#cards = this.#cards.filter((card) => card.family !== id);
    this.#notices.say('notice.modelRemoved', { name });
  }

  #put(groupId: string, verification: Verification): void {
    this.#verifications = new Map([...this.#verifications, [groupId, verification]]);
  }
}
