import { describe, expect, test } from 'vitest';
import { App } from '../../../renderer/state/app.svelte.ts';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import type { Incoming } from '../../../renderer/state/draft/incoming.ts';
import { cardDetails, cardFacts } from '../../../renderer/state/models/cardFacts.ts';
import { partIncoming } from '../../../renderer/state/models/modelGroups.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';
import { standInConnection } from './standInConnection.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';

const FACTS = { name: '', licence: '', author: '' };

function file(name: string): Incoming {
  return { kind: 'file', file: new File(['x'], name) };
}

async function startApp() {
  const { host, connection } = standInConnection();
  const app = new App(connection, {
    systemLanguages: ['en'],
    saveInBrowser: () => undefined,
    saveAllInBrowser: async () => undefined,
    copyImage: () => Promise.resolve(),
  });
  await app.start();
  const { cards, adding } = app.models;
  const add = async (names: readonly string[], facts = FACTS) => {
    await app.addInputs(names.map(file));
    await adding.add(facts);
  };
  return { app, host, cards, adding, add };
}

describe('the page of models', () => {
  test('shows the program’s own families with all their scales, and finds them by the text of their cards', async () => {
    const { app, cards } = await startApp();
    app.go('models');
    await expect.poll(() => cards.isLoaded).toBe(true);
    expect(cards.shown(false).map(({ id, scales }) => [id, scales])).toEqual([
      ['fast', [2, 3, 4]],
      ['photo', [4]],
    ]);
    cards.search = 'X3 fast';
    expect(cards.shown(false).map(({ id }) => id)).toEqual(['fast']);
    cards.search = 'noisy';
    expect(cards.shown(false).map(({ id }) => id)).toEqual(['photo']);
    cards.search = 'nobody';
    expect([...cards.shown(false), ...cards.shown(true)]).toEqual([]);
  });

  test('a dropped model file is offered on the page, images that came with it are in the draft', async () => {
    const { app, adding } = await startApp();
    await app.addInputs([file('4x_foo.pth'), file('cat-10x10.png')]);
    expect([app.place, adding.offered, app.draft.rows.length]).toEqual(['models', ['4x_foo.pth'], 1]);
    adding.withdraw();
    expect(adding.offered).toEqual([]);
    await app.addInputs([file('dog-10x10.png')]);
    expect([app.place, app.draft.rows.length]).toEqual(['draft', 2]);
  });

  test('confirmed files are added with the stated details, and can be chosen at once', async () => {
    const { app, adding, cards, add } = await startApp();
    await add(['4x_foo.pth'], { name: ' Foo ', licence: 'CC-BY-NC-4.0', author: '' });
    expect(adding.outcomes).toEqual([{ fileName: '4x_foo.pth', kind: 'added', name: 'Foo' }]);
    expect(app.models.list.at(-1)).toMatchObject({ id: 'foo', isNonCommercial: true });
    await expect.poll(() => cards.shown(true).map(({ name }) => name)).toEqual(['Foo']);
    await add(['4x_foo.pth'], { ...FACTS, name: 'Foo' });
    expect(adding.outcomes).toMatchObject([{ kind: 'known' }]);
  });

  test('a refused file does not stop the others, and a name is for one network only', async () => {
    const { adding, add } = await startApp();
    await add(['broken.onnx', '2x_bar.pth'], { ...FACTS, name: 'Both' });
    expect(adding.outcomes).toMatchObject([
      { fileName: 'broken.onnx', kind: 'refused', error: { code: 'model/unreadable' } },
      { kind: 'added', name: '2x_bar' },
    ]);
    adding.dismiss();
    expect(adding.outcomes).toEqual([]);
  });

  test('a pair of files counts as one network', async () => {
    const { app, adding } = await startApp();
    await app.addInputs([file('a.param'), file('a.bin'), file('b.onnx')]);
    expect(adding.offeredCount).toBe(2);
  });

  test('adding shows its step and can be cancelled', async () => {
    const { adding, add } = await startApp();
    const added = add(['4x_slow.pth']);
    await expect.poll(() => adding.running).toEqual([{ fileName: '4x_slow.pth', step: 'proving' }]);
    expect(adding.isBusy).toBe(true);
    await adding.cancel();
    await added;
    expect(adding.outcomes).toMatchObject([{ kind: 'refused', error: { code: 'job/cancelled' } }]);
    expect(adding.isBusy).toBe(false);
  });

  test('an upload that fails is reported, and nothing is added', async () => {
    const { host, connection } = standInConnection();
    const app = new App(
      { ...connection, upload: () => Promise.reject(new Error('the cable was pulled')) },
      {
        systemLanguages: ['en'],
        saveInBrowser: () => undefined,
        saveAllInBrowser: async () => undefined,
        copyImage: () => Promise.resolve(),
      },
    );
    await app.addInputs([file('4x_foo.pth')]);
    await app.models.adding.add(FACTS);
    expect(app.models.adding.outcomes).toMatchObject([{ fileName: '4x_foo.pth', kind: 'refused' }]);
    expect((await host.api.listModels({})).models.some(({ isAdded }) => isAdded)).toBe(false);
  });

  test('files are verified, and a damaged one is named', async () => {
    const { app, cards, add } = await startApp();
    await add(['4x_damaged.pth']);
    app.go('models');
    await expect.poll(() => cards.shown(true)).toHaveLength(1);
    for (const group of [...cards.shown(true), ...cards.shown(false)]) await cards.verify(group);
    expect(cards.verificationOf('4x-damaged')).toMatchObject({
      kind: 'failed',
      error: { code: 'model/file-damaged' },
    });
    expect(cards.verificationOf('fast')).toEqual({ kind: 'passed' });
  });

  test('is only removed after a confirmation; whatever used it falls back to the automatic choice', async () => {
    const { app, cards, add } = await startApp();
    await add(['4x_foo.pth', '1x_clean.pth']);
    app.go('models');
    await expect.poll(() => cards.shown(true)).toHaveLength(2);
    app.options.chooseModel({ id: '4x-foo', hasStrength: false });
    app.options.chooseFirst(['1x-clean']);
    for (const group of cards.shown(true)) {
      cards.questionRemoval(group);
      expect(cards.isInQuestion(group.id)).toBe(true);
      await cards.remove(group);
    }
    expect(cards.shown(true)).toEqual([]);
    expect(app.options.settings.model).toBe('auto');
    expect(app.options.settings).not.toHaveProperty('first');
    expect(app.notices.list).toMatchObject([
      { key: 'notice.modelRemoved' },
      { values: { name: '1x_clean' } },
    ]);
  });

  test.each(['en', 'zh-TW'] as const)('a card is complete in %s', async (language) => {
    const { app, cards, add } = await startApp();
    app.texts.language = language;
    await add(['4x_foo.pth'], { ...FACTS, author: 'Somebody' });
    app.go('models');
    await expect.poll(() => cards.shown(true)).toHaveLength(1);
    const [group] = cards.shown(true);
    const facts =
      group === undefined
        ? []
        : cardFacts(group, { texts: app.texts, nameOf: () => 'Processor', all: cards.all });
    expect(facts.map(({ value }) => value)).toEqual([
      ...[language === 'en' ? '16.7M' : '1669.8萬', '0.083 MP/s · Processor', 'Somebody', '4x_foo.pth'],
    ]);
    const details = group === undefined ? [] : cardDetails(group.cards[0], app.texts);
    expect(details.map(({ value }) => value)).toContain(
      language === 'en' ? 'approximate, off by up to 0.21%' : '近似，誤差最多 0.21%',
    );
  });
});

describe('what was dropped', () => {
  const incoming = [file('a.PTH'), file('photo.jpg'), file('custom-models'), file('notes.txt')];
  const names = (list: readonly Incoming[]) => list.map((one) => one.kind === 'file' && one.file.name);

  test.each([
    { isOnModelsPage: false, models: ['a.PTH'] },
    { isOnModelsPage: true, models: ['a.PTH', 'custom-models'] },
  ])(
    'are distinguished from images by name; a folder only counts as models on their page',
    ({ isOnModelsPage, models }) => {
      expect(names(partIncoming(incoming, isOnModelsPage).models)).toEqual(models);
    },
  );
});

test('a family stays chosen as long as one of its networks is installed', () => {
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  const [first, ...others] = DESKTOP_INFO.models;
  options.chooseModel({ id: 'fast', hasStrength: false });
  options.leaveModels(first === undefined ? [] : [first], others);
  expect(options.settings.model).toBe('fast');
  options.leaveModels(DESKTOP_INFO.models, []);
  expect(options.settings.model).toBe('auto');
});

test('a large number is short in every language', () => {
  expect(new Texts().compact(16_697_987)).toBe('16.7M');
});
