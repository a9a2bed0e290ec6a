import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { modelChoices, type ModelChoice } from '../../../renderer/state/draft/modelChoices.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';
import { EnlargerError } from '../../../core/api/errors.ts';
import { Preview } from '../../../renderer/state/viewer/preview.svelte.ts';
import { ModelComparison } from '../../../renderer/state/viewer/modelComparison.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';
import { standInConnection } from './standInConnection.ts';

const [first] = DESKTOP_INFO.models;
const added = ['one', 'two', 'three'].map((id) => ({ ...first!, id, family: id, name: id, scale: 4 }));
const choices = modelChoices([...DESKTOP_INFO.models, ...added], 'auto', new Texts()).slice(1);
const choice = (wanted: string): ModelChoice => choices.find(({ id }) => id === wanted)!;

const subject = {
  source: { kind: 'upload', uploadId: 'photo-100x100.jpg' } as const,
  size: { width: 100, height: 100 },
  settings: DEFAULT_JOB_SETTINGS,
};

/** A comparison of the models on one crop, with the model of each preview that the host computed. */
function open(chosen?: string) {
  const { host, connection } = standInConnection();
  const asked: string[] = [];
  const previewCrop = async (input: Parameters<typeof host.api.previewCrop>[0]) => {
    asked.push(input.settings.model ?? 'auto');
    await new Promise((resolve) => setTimeout(resolve, 30));
    return host.api.previewCrop(input);
  };
  const comparison = new ModelComparison({ ...connection.api, previewCrop });
  comparison.look(subject, { x: 0, y: 0, width: 20, height: 20 });
  comparison.open(choices, chosen);
  const ids = () => comparison.choices.map(({ id }) => id);
  const areShown = () => ids().every((id) => comparison.sampleOf(id).kind === 'shown');
  return { comparison, asked, ids, areShown };
}

test('at most four models are compared, including the chosen one', async () => {
  const { ids, areShown, asked } = open('lanczos');
  expect(ids()).toEqual(['fast', 'photo', 'one', 'lanczos']);
  await expect.poll(areShown).toBe(true);
  expect(asked).toEqual(ids());
});

/** Like the real host, computes one preview at a time, and a newer request ends the one under way. */
function singleHost() {
  const { host, connection } = standInConnection();
  let newest = 0;
  const previewCrop: typeof host.api.previewCrop = async (input) => {
    const mine = ++newest;
    await new Promise((resolve) => setTimeout(resolve, 150));
    if (mine !== newest) throw new EnlargerError('job/cancelled', 'A newer request took its place.');
    return host.api.previewCrop(input);
  };
  return { ...connection.api, previewCrop };
}

test('a comparison that is opened while the preview is computed shows every model, and the preview afterwards', async () => {
  const api = singleHost();
  const preview = new Preview(api);
  const comparison = new ModelComparison(api, preview);
  preview.look(subject);
  await expect.poll(() => preview.isAsking).toBe(true);
  comparison.look(subject, { x: 0, y: 0, width: 20, height: 20 });
  comparison.open(choices);
  await expect
    .poll(() => comparison.choices.map(({ id }) => comparison.sampleOf(id).kind), { timeout: 5_000 })
    .toEqual(['shown', 'shown', 'shown', 'shown']);
  comparison.close();
  await expect.poll(() => preview.shown !== undefined, { timeout: 5_000 }).toBe(true);
});

test('when another window’s request came between, the model is computed again', async () => {
  const api = singleHost();
  const comparison = new ModelComparison(api);
  comparison.look(subject, { x: 0, y: 0, width: 20, height: 20 });
  comparison.open(choices);
  const elsewhere = setInterval(() => {
    clearInterval(elsewhere);
    const { source, settings } = subject;
    void api
      .previewCrop({ source, settings, crop: { x: 0, y: 0, width: 9, height: 9 } })
      .catch(() => undefined);
  }, 330);
  await expect
    .poll(() => comparison.choices.map(({ id }) => comparison.sampleOf(id).kind), { timeout: 5_000 })
    .toEqual(['shown', 'shown', 'shown', 'shown']);
});

test('using another model does not compute anything again', async () => {
  const { comparison, areShown, asked } = open();
  await expect.poll(areShown).toBe(true);
  const used = { ...subject, settings: { ...subject.settings, model: 'one' } };
  comparison.look(used, { x: 0, y: 0, width: 20, height: 20 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(asked).toHaveLength(4);
});

test('a pane shows another model, and the others are not computed again', async () => {
  const { comparison, ids, areShown, asked } = open();
  await expect.poll(areShown).toBe(true);
  comparison.show(choice('three'), 'photo');
  comparison.show(choice('fast'), 'three'); // has a separate pane
  expect(ids()).toEqual(['fast', 'three', 'one', 'two']);
  await expect.poll(areShown).toBe(true);
  expect(asked).toEqual(['fast', 'photo', 'one', 'two', 'three']);
});

test('panes can be closed down to two, and opened up to four', () => {
  const { comparison, ids } = open();
  comparison.show(choice('three'));
  expect(ids()).toHaveLength(4);
  for (const id of ['fast', 'photo', 'one']) comparison.remove(id);
  expect(ids()).toEqual(['one', 'two']);
  expect(comparison.canRemove).toBe(false);
  comparison.show(choice('three'));
  expect(ids()).toEqual(['one', 'two', 'three']);
});

test('another part of the image is computed by every model', async () => {
  const { comparison, areShown, asked } = open('fast');
  await expect.poll(areShown).toBe(true);
  comparison.look(subject, { x: 40, y: 0, width: 20, height: 20 });
  await expect.poll(() => asked.length).toBe(8);
});

test('changing a pane while another part is computed leaves no pane with the earlier part', async () => {
  const { comparison, areShown, asked } = open('fast');
  await expect.poll(areShown).toBe(true);
  comparison.look(subject, { x: 40, y: 0, width: 20, height: 20 });
  await expect.poll(() => asked.length, { interval: 2 }).toBeGreaterThan(4);
  comparison.show(choice('three'), 'photo');
  await expect.poll(() => asked.slice(4)).toEqual(expect.arrayContaining(['fast', 'three', 'one', 'two']));
});
