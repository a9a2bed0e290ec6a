import type { ModelView } from '../../../core/api/views.ts';
import { licenceOf } from '../models/modelGroups.ts';
import type { Texts } from '../texts.svelte.ts';

/** A choice of networks that run before the enlargement. */
export interface CleanerChoice {
  readonly value: string;
  readonly label: string;
  /** Ids, in the order in which they run. */
  readonly names: readonly string[];
  readonly isNonCommercial: boolean;
  readonly isChosen: boolean;
}

/**
 * The empty choice, each network that cleans up without enlarging, and the present choice if it is another one, such as
 * two in a row. One choice only if no such network is installed.
 */
export function cleanerChoices(
  models: readonly ModelView[],
  chosen: readonly string[],
  texts: Texts,
): readonly CleanerChoice[] {
  const choiceOf = (names: readonly string[]): CleanerChoice => {
    const found = names.map((name) => models.find(({ id, family }) => id === name || family === name));
    const labels = names.map((name, index) => {
      const model = found[index];
      return model === undefined ? name : `${model.name} (${licenceOf(model, texts)})`;
    });
    return {
      names,
      value: names.join('\n'),
      label: names.length === 0 ? texts.t('first.none') : labels.join(' → '),
      isNonCommercial: found.some((model) => model?.isNonCommercial === true),
      isChosen: names.join('\n') === chosen.join('\n'),
    };
  };
  const cleaners = models.filter(({ scale }) => scale === 1).map(({ id }) => [id]);
  const known = [[], ...cleaners].map(choiceOf);
  return known.some(({ isChosen }) => isChosen) ? known : [...known, choiceOf(chosen)];
}
