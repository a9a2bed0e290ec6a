import type { ModelView } from '../../../core/api/views.ts';

/** The models that can be chosen; models that are added or removed change it. */
export class Models {
  #list = $state.raw<readonly ModelView[]>([]);

  constructor(models: readonly ModelView[]) {
    this.#list = models;
  }

  get list(): readonly ModelView[] {
    return this.#list;
  }

  apply(models: readonly ModelView[]): void {
    this.#list = models;
  }
}
