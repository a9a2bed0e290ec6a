import { describe, expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { cleanerChoices } from '../../../renderer/state/draft/cleanerChoices.ts';
import { modelChoices } from '../../../renderer/state/draft/modelChoices.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';
import type { ModelView } from '../../../core/api/views.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';

const { models, capabilities } = DESKTOP_INFO;

function strengths(given: readonly ModelView[] = models, chosen = 'fast'): Record<string, boolean> {
  return Object.fromEntries(
    modelChoices(given, chosen, new Texts()).map(({ id, hasStrength }) => [id, hasStrength]),
  );
}

describe('the models to choose from', () => {
  test('a strength can be chosen where a network has a faithful companion', () => {
    expect(strengths()).toEqual({ auto: true, fast: false, photo: true, lanczos: false });
    expect(strengths(models, 'photo-x4')).toEqual({
      auto: true,
      fast: false,
      photo: true,
      lanczos: false,
      'photo-x4': true,
    });
  });

  test('a family whose other scales have no strength has none, since the size decides which is used', () => {
    const another = { ...models.at(-1)!, id: 'photo-x2', scale: 2, hasStrength: false };
    expect(strengths([...models, another])).toMatchObject({ photo: false });
  });

  test('networks that clean up are offered separately, including those already chosen', () => {
    const clean = { ...models[0]!, id: 'clean', family: 'clean', name: 'Clean', scale: 1 };
    const denoise = { ...clean, id: 'denoise', name: 'Denoise', isNonCommercial: true as const };
    expect(Object.keys(strengths([...models, clean]))).not.toContain('clean');
    const choices = (chosen: readonly string[], given: readonly ModelView[] = [...models, clean, denoise]) =>
      cleanerChoices(given, chosen, new Texts()).map(
        ({ label, isChosen, isNonCommercial }) =>
          `${label}${isNonCommercial ? ' NC' : ''}${isChosen ? ' *' : ''}`,
      );
    expect(choices([])).toEqual(['Off *', 'Clean (MIT)', 'Denoise (MIT) NC']);
    expect(choices(['denoise', 'gone'])).toEqual([
      ...['Off', 'Clean (MIT)', 'Denoise (MIT) NC', 'Denoise (MIT) → gone NC *'],
    ]);
    expect(choices([], models)).toEqual(['Off *']);
  });

  test('the strength stays with models that have one, and is reset for all others', () => {
    const options = new BatchOptions(capabilities);
    options.chooseModel({ id: 'photo', hasStrength: true });
    options.changeSettings({ strength: 0.35 });
    options.chooseModel({ id: 'photo-x4', hasStrength: true });
    expect(options.settings).toMatchObject({ model: 'photo-x4', strength: 0.35 });
    options.chooseModel({ id: 'fast', hasStrength: false });
    expect(options.settings).toMatchObject({ model: 'fast', strength: 1 });
  });
});
