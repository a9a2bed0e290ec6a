import type { HostEvent } from '../../../core/api/contract.ts';
import type { ModelView } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import type { BatchOptions } from '../draft/batchOptions.svelte.ts';
import type { Notices } from '../notices.svelte.ts';
import type { Texts } from '../texts.svelte.ts';
import { ModelAdding } from './modelAdding.svelte.ts';
import { ModelCards } from './modelCards.svelte.ts';

type ModelEvent = Extract<HostEvent, { type: 'models-changed' | 'models-adding' }>;

interface Needs {
  readonly options: BatchOptions;
  readonly notices: Notices;
  readonly texts: Texts;
}

/** The models that can be chosen, the page that shows them, and those that are being added. */
export class Models {
  readonly cards: ModelCards;
  readonly adding: ModelAdding;
  readonly #options: BatchOptions;
  #list = $state.raw<readonly ModelView[]>([]);

  constructor(connection: Connection, { options, notices, texts }: Needs) {
    this.#list = connection.info.models;
    this.#options = options;
    this.cards = new ModelCards(connection.api, notices, texts);
    this.adding = new ModelAdding(connection);
  }

  get list(): readonly ModelView[] {
    return this.#list;
  }

  /** A model that is gone is not chosen any more. */
  apply(event: ModelEvent): void {
    if (event.type === 'models-adding') {
      this.adding.apply(event.adding);
      return;
    }
    const gone = this.#list.filter(({ id }) => !event.models.some((model) => model.id === id));
    this.#list = event.models;
    this.#options.leaveModels(gone, event.models);
    if (this.cards.isLoaded) void this.cards.load();
  }
}
