import { describe, expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { modelChoices } from '../../../renderer/state/draft/modelChoices.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';

const { models, capabilities } = DESKTOP_INFO;

function strengths(given = models, chosen = 'fast'): Record<string, boolean> {
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

  test('a family whose other scales know no strength has none: the size decides which is used', () => {
    const another = { ...models.at(-1)!, id: 'photo-x2', scale: 2, hasStrength: false };
    expect(strengths([...models, another])).toMatchObject({ photo: false });
  });

  test('the strength stays with models that know one, and is whole again with all others', () => {
    const options = new BatchOptions(capabilities);
    options.chooseModel({ id: 'photo', hasStrength: true });
    options.changeSettings({ strength: 0.35 });
    options.chooseModel({ id: 'photo-x4', hasStrength: true });
    expect(options.settings).toMatchObject({ model: 'photo-x4', strength: 0.35 });
    options.chooseModel({ id: 'fast', hasStrength: false });
    expect(options.settings).toMatchObject({ model: 'fast', strength: 1 });
  });
});
