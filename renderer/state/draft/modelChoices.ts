import { AUTO_MODEL } from '../../../core/api/models/chosenModel.ts';
import type { ModelView } from '../../../core/api/views.ts';
import { familyName, familyPurpose } from '../models/modelGroups.ts';
import type { Texts } from '../texts.svelte.ts';

/** A way of enlarging that a person can choose, with a few words on what it is for. */
export interface ModelChoice {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  /** Whether it can be mixed with a network that invents less. */
  readonly hasStrength: boolean;
  /** Whether its licence forbids commercial use. */
  readonly isNonCommercial?: boolean;
  /** Meant for comparison rather than for use: only offered among more models. */
  readonly isRare?: boolean;
}

/** Plain enlargement without a network: exact, instant, without added detail. */
const KERNEL = 'lanczos';

/** Networks of a study; the others are better or faster. */
const STUDY: readonly string[] = ['srresnet', 'srresnet-lite'];

/**
 * The choice per image; one for each family of networks, since the size decides which of a family is used; plain
 * enlargement; and what is chosen already if it is something else.
 */
export function modelChoices(
  all: readonly ModelView[],
  chosen: string,
  texts: Texts,
): readonly ModelChoice[] {
  // Networks that do not enlarge run before one that does.
  const models = all.filter(({ scale }) => scale > 1);
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
      name: familyName(family, first, texts),
      purpose: familyPurpose(family, first, texts),
      isNonCommercial: first?.isNonCommercial === true,
      isRare: STUDY.includes(family),
      // The size decides which member is used, so all of them have to know it.
      hasStrength: members.every(({ hasStrength }) => hasStrength),
    };
  });
  const kernel = {
    id: KERNEL,
    name: texts.t('model.plain.name'),
    purpose: texts.t('model.plain.purpose'),
    hasStrength: false,
    isRare: true,
  };
  const known = [automatic, ...choices, kernel];
  if (known.some(({ id }) => id === chosen)) return known;
  const single = all.find(({ id }) => id === chosen);
  const { name = chosen, purpose = '', hasStrength = false } = single ?? {};
  return [...known, { id: chosen, name, purpose, hasStrength }];
}
