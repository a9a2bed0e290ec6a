import { expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { Draft } from '../../../renderer/state/draft/draft.svelte.ts';
import { sourcesOf } from '../../../renderer/state/draft/draftRow.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';
import { standInConnection } from './standInConnection.ts';

function setUp() {
  const { host, connection } = standInConnection(DESKTOP_INFO);
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  return { host, options, draft: new Draft({ connection, options, notices: new Notices() }) };
}

const path = (name: string) => ({ kind: 'path' as const, path: name });

test('selected images start alone, with separate settings, and the others stay', async () => {
  const { host, draft, options } = setUp();
  await draft.add([path('a-10x10.jpg'), path('b-10x10.jpg'), path('c-10x10.jpg')]);
  options.changeSettings({ model: 'photo' });
  draft.selection.select(draft.rows[0]!.key);
  draft.selection.toggle(draft.rows[2]!.key);
  const first = await draft.submit(draft.selection.keys);
  expect(draft.rows.map(({ name }) => name)).toEqual(['b-10x10.jpg']);
  options.changeSettings({ model: 'fast' });
  const second = await draft.submit();
  const { batches } = await host.api.listBatches({});
  const modelOf = (id: number | undefined) => batches.find((batch) => batch.id === id)?.spec.settings.model;
  const namesOf = async (batchId: number | undefined) =>
    (await host.api.listJobs({ batchId, offset: 0, limit: 10 })).jobs.map(({ name }) => name);
  expect([modelOf(first), await namesOf(first)]).toEqual(['photo', ['a-10x10.jpg', 'c-10x10.jpg']]);
  expect([modelOf(second), await namesOf(second)]).toEqual(['fast', ['b-10x10.jpg']]);
});

test('a folder of which all images are selected stays one source, and part of it becomes images', async () => {
  const { draft } = setUp();
  const folder = path('a-10x10.jpg|b-20x20.jpg|c-30x30.jpg');
  await draft.add([folder, path('d-10x10.jpg')]);
  const inFolder = draft.rows.slice(0, 3);
  expect(sourcesOf(inFolder)).toEqual([folder]);
  expect(sourcesOf(draft.rows)).toEqual([folder, path('d-10x10.jpg')]);
  expect(sourcesOf(inFolder.slice(1))).toEqual([path('b-20x20.jpg'), path('c-30x30.jpg')]);
});
