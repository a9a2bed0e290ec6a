import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { modelManifestSchema, type ModelManifest } from '../../../../core/models/manifest.ts';
import { importNetwork } from '../../../../core/worker/importing/importNetwork.ts';

import { brighterNetwork } from '../../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const examples = path.resolve('examples');

async function added(weights: Buffer, samplesFolder = examples): Promise<ModelManifest> {
  const folder = temporaryFolder();
  const target = path.join(folder, 'target');
  const file = path.join(folder, 'brought.onnx');
  mkdirSync(target);
  writeFileSync(file, weights);
  const request = { file, id: 'brought', name: 'Brought', folder: target, threads: 1, samplesFolder };
  const answer = await importNetwork(request);
  if (answer.kind === 'refused') throw new Error(answer.error.message);
  return modelManifestSchema.parse(answer.manifest);
}

test('one that brightens gets wider limits for colour, learned from the examples', async () => {
  expect(Object.keys((await added(brighterNetwork(2, 1.06))).proof?.tolerance ?? {})).toContain(
    'colour-shift',
  );
});

test('without examples nothing is learned', async () => {
  expect((await added(brighterNetwork(2, 1.06), temporaryFolder())).proof?.tolerance).toEqual({});
});
