import { expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { Draft } from '../../../renderer/state/draft/draft.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';
import { standInConnection } from './standInConnection.ts';

const path = (name: string) => ({ kind: 'path' as const, path: name });

test('the draft knows whether the results fit on the disk', async () => {
  const { host, connection } = standInConnection(DESKTOP_INFO);
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  const inspectSources: typeof host.api.inspectSources = async (input) => {
    const { pictures: images, refused } = await host.api.inspectSources(input);
    return { pictures: images.map((image) => ({ ...image, estimateBytes: 600 })), refused };
  };
  let freeBytes = 1_000;
  const api = { ...host.api, inspectSources, getFreeSpace: async () => ({ freeBytes }) };
  const draft = new Draft({ connection: { ...connection, api }, options, notices: new Notices() });
  await draft.add([path('a-10x10.jpg')]);
  await draft.space.look(options.destination, draft.rows[0]?.source);
  expect({ bytes: draft.space.bytes, lacksSpace: draft.lacksSpace }).toEqual({
    bytes: 1_000,
    lacksSpace: false,
  });
  await draft.add([path('b-10x10.jpg')]);
  expect(draft.lacksSpace).toBe(true);
  freeBytes = 2_000;
  await draft.space.look({ kind: 'path', path: '/elsewhere' }, undefined);
  expect(draft.lacksSpace).toBe(false);
  expect(draft.canSubmit).toBe(true);
});
