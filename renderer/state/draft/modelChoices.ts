import { AUTO_MODEL } from '../../../core/api/chosenModel.ts';
import type { ModelView } from '../../../core/api/views.ts';
import type { TextKey } from '../../../core/texts/english.ts';
import { english } from '../../../core/texts/english.ts';
import type { Texts } from '../texts.svelte.ts';

/** A way of enlarging that a person can choose, with a word on what it is for. */
export interface ModelChoice {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  /** It can be mixed with a network that invents less. */
  readonly hasStrength: boolean;
}

/** Plain enlargement without a network: exact, instant, and adds nothing. */
const KERNEL = 'lanczos';

function textOr(key: string, fallback: string, texts: Texts): string {
  return key in english ? texts.t(key as TextKey) : fallback;
}

function nameWithoutScale(model: ModelView | undefined): string {
  return (model?.name ?? '').replace(/\s*×\s*\d+$/, '');
}

/**
 * The choice per image; one for each family of networks, since the size decides which of a family is used; plain
 * enlargement; and what is chosen already if it is something else.
 */
export function modelChoices(
  models: readonly ModelView[],
  chosen: string,
  texts: Texts,
): readonly ModelChoice[] {
  const automatic = {
    id: AUTO_MODEL,
    name: texts.t('model.auto.name'),
    purpose: texts.t('model.auto.purpose'),
    hasStrength: models.some(({ hasStrength }) => hasStrength),
  };
  const choices = [...new Set(models.map(({ family }) => family))].map((family) => {
    const members = models.filter((model) => model.family === family);
    const [first] = members;
    return {
      id: family,
      name: textOr(`model.${family}.name`, nameWithoutScale(first), texts),
      purpose: textOr(`model.${family}.purpose`, first?.purpose ?? '', texts),
      // The size decides which member is used, so all of them have to know it.
      hasStrength: members.every(({ hasStrength }) => hasStrength),
    };
  });
  const kernel = {
    id: KERNEL,
    name: texts.t('model.plain.name'),
    purpose: texts.t('model.plain.purpose'),
    hasStrength: false,
  };
  const known = [automatic, ...choices, kernel];
  if (known.some(({ id }) => id === chosen)) return known;
  const single = models.find(({ id }) => id === chosen);
  const { name = chosen, purpose = '', hasStrength = false } = single ?? {};
  return [...known, { id: chosen, name, purpose, hasStrength }];
}
