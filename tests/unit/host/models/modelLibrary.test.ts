import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { METHOD_NAMES } from '../../../../core/api/contract.ts';
import { gatherFiles } from '../../../../core/host/models/gatherFiles.ts';
import { ModelLibrary } from '../../../../core/host/models/modelLibrary.ts';
import { newModelId } from '../../../../core/host/models/modelNames.ts';
import { modelsPath, readModelRegistry } from '../../../../core/models/modelRegistry.ts';
import { failedWorker, forkLauncher } from '../../../../core/pool/launcher.ts';
import { openTestHost } from '../../../support/hostParts.ts';
import { modelsFolder } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** A process of the compiled program, as people have it. */
const launchWorker = forkLauncher(
  fileURLToPath(new URL('../../../../dist/core/worker/main.js', import.meta.url)),
);

const FIXTURES = fileURLToPath(new URL('../../../fixtures/foreign/', import.meta.url));

function library(
  dataFolder: string,
  parts: Partial<ConstructorParameters<typeof ModelLibrary>[0]> = {},
): ModelLibrary {
  return new ModelLibrary({
    modelsFolder: modelsPath(modelsFolder, dataFolder),
    dataFolder,
    launch: launchWorker,
    ...parts,
  });
}

test('a folder of networks is added, each under its name, and ignored files are reported', async () => {
  const [data, folder] = [temporaryFolder(), temporaryFolder()];
  for (const name of ['compact.param', 'compact.bin', 'compact-x1.safetensors']) {
    copyFileSync(path.join(FIXTURES, name), path.join(folder, name));
  }
  writeFileSync(path.join(folder, 'broken.pth'), 'PK\u0003\u0004 and no more');
  writeFileSync(path.join(folder, 'setup.exe'), 'MZ');
  const { outcomes, leftOut } = await library(data).add([folder], {
    licence: 'CC-BY-NC-4.0',
    author: 'Somebody',
  });
  expect(outcomes.map(({ file, kind }) => [path.basename(file), kind])).toEqual([
    ['broken.pth', 'refused'],
    ['compact-x1.safetensors', 'added'],
    ['compact.param', 'added'],
  ]);
  expect(leftOut).toEqual(['setup.exe']);
  const registry = await readModelRegistry(modelsPath(modelsFolder, data));
  const added = registry.filter(({ manifest }) => manifest.origin !== undefined);
  expect(
    added.map(({ manifest: { id, scale, licence, origin } }) => [
      id,
      scale,
      licence,
      origin?.isNonCommercial,
    ]),
  ).toEqual([
    ['compact', 3, 'CC-BY-NC-4.0', true],
    ['compact-x1', 1, 'CC-BY-NC-4.0', true],
  ]);
  expect(readdirSync(path.join(data, 'models'))).toEqual(['compact', 'compact-x1']);
});

test('a pair of files that were sent one by one is added as one network', async () => {
  const [data, first, second] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  copyFileSync(path.join(FIXTURES, 'compact.param'), path.join(first, 'sent.param'));
  copyFileSync(path.join(FIXTURES, 'compact.bin'), path.join(second, 'sent.bin'));
  const { outcomes } = await library(data).addTogether(
    [path.join(first, 'sent.param'), path.join(second, 'sent.bin')],
    {},
  );
  expect(outcomes).toMatchObject([{ kind: 'added', manifest: { id: 'sent' } }]);
  expect(readdirSync(path.join(data, 'models'))).toEqual(['sent']);
});

test('files with the same name are gathered without replacing each other', async () => {
  const [first, second, target] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const files = [path.join(first, 'net.pth'), path.join(second, 'NET.pth'), path.join(second, 'a.bin')];
  for (const file of files) writeFileSync(file, file);
  await gatherFiles(files, target);
  expect(readdirSync(target, { recursive: true }).toSorted()).toEqual(
    ['1', path.join('1', 'NET.pth'), 'a.bin', 'net.pth'].toSorted(),
  );
});

test('a network that was added before is recognised by its content, and a name in use gets a number', async () => {
  const [data, folder] = [temporaryFolder(), temporaryFolder()];
  const models = library(data);
  const again = path.join(folder, 'another name.safetensors');
  copyFileSync(path.join(FIXTURES, 'compact.safetensors'), again);
  await models.add([path.join(FIXTURES, 'compact.safetensors')], {});
  const { outcomes } = await models.add([again, path.join(FIXTURES, 'compact.pth')], {});
  expect(
    outcomes.map((outcome) => outcome.kind !== 'refused' && [outcome.kind, outcome.manifest.id]),
  ).toEqual([
    ['known', 'compact'],
    ['added', 'compact-2'],
  ]);
  expect(await models.verify('compact-2')).toBeUndefined();
});

test('changed weights are detected, and added models can be removed, but not bundled ones', async () => {
  const data = temporaryFolder();
  const models = library(data);
  await models.add([path.join(FIXTURES, 'compact.safetensors')], { name: 'Mine' });
  const { folder, manifest } = await models.get('mine');
  writeFileSync(path.join(folder, manifest.files[0]?.path ?? ''), 'changed');
  expect(await models.verify('mine')).toMatchObject({ code: 'model/file-damaged' });
  await models.remove('mine');
  expect(existsSync(folder)).toBe(false);
  await expect(models.remove('mine')).rejects.toMatchObject({ code: 'model/not-found' });
  await expect(models.remove('fast-x4')).rejects.toMatchObject({ code: 'model/bundled' });
});

test.each([
  { what: 'dies', launch: () => failedWorker('it was ended by SIGSEGV'), code: 'worker/crashed' },
  { what: 'takes too long', launch: launchWorker, limitMs: 1, code: 'worker/timeout' },
])('a proof whose process $what is refused and leaves nothing', async ({ launch, limitMs, code }) => {
  const data = temporaryFolder();
  const models = library(data, { launch, ...(limitMs !== undefined && { limitMs }) });
  const { outcomes } = await models.add([path.join(FIXTURES, 'compact.safetensors')], {});
  expect(outcomes).toMatchObject([{ kind: 'refused', error: { code } }]);
  expect(readdirSync(path.join(data, 'models'))).toEqual([]);
});

test('a damaged model among the added ones leaves the others usable', async () => {
  const data = temporaryFolder();
  mkdirSync(path.join(data, 'models', 'torn'), { recursive: true });
  writeFileSync(path.join(data, 'models', 'torn', 'manifest.json'), '{');
  const registry = await readModelRegistry(modelsPath(modelsFolder, data));
  expect(registry.map(({ manifest }) => manifest.id)).toEqual(
    (await readModelRegistry(modelsFolder)).map(({ manifest }) => manifest.id),
  );
});

test.each([
  ['4x_NMKD-Superscale SP', '4x-nmkd-superscale-sp'],
  ['../../etc/passwd', 'etc-passwd'],
  ['模型', 'model'],
  ['taken', 'taken-2'],
])('the name %s becomes the id %s', (name, id) => {
  expect(newModelId(name, (candidate) => candidate === 'taken')).toBe(id);
});

test('the contract adds, lists, verifies and removes models, and reports each change', async () => {
  const data = temporaryFolder();
  const opened = await openTestHost(data, {
    parts: { modelsFolder: modelsPath(modelsFolder, data), library: library(data) },
  });
  const { host } = opened;
  const changes: number[] = [];
  const steps: string[] = [];
  const stop = host.subscribe((event) => {
    if (event.type === 'models-adding') steps.push(event.adding[0]?.step ?? 'done');
    if (event.type === 'models-changed')
      changes.push(event.models.filter(({ isAdded }) => isAdded === true).length);
  });
  try {
    expect(METHOD_NAMES).toEqual(
      expect.arrayContaining(['listModels', 'addModels', 'removeModel', 'verifyModel']),
    );
    const sources = [{ kind: 'path' as const, path: path.join(FIXTURES, 'compact-x1.safetensors') }];
    const { outcomes } = await host.api.addModels({ sources, source: 'a test' });
    expect(outcomes).toMatchObject([
      {
        fileName: 'compact-x1.safetensors',
        kind: 'added',
        model: {
          id: 'compact-x1',
          scale: 1,
          isAdded: true,
          licence: 'CC-BY-4.0',
          origin: { author: 'Enlarger' },
        },
      },
    ]);
    expect([...new Set(steps)]).toEqual(['waiting', 'reading', 'converting', 'proving', 'measuring', 'done']);
    const { models } = await host.api.listModels({});
    expect(models.find(({ id }) => id === 'compact-x1')?.proof).toMatchObject({ isExact: true });
    expect(await host.api.verifyModel({ modelId: 'compact-x1' })).toEqual({});
    await host.api.removeModel({ modelId: 'compact-x1' });
    expect(changes).toEqual([1, 0]);
  } finally {
    stop();
    await opened.close();
  }
});

test('cancelled additions are refused, including waiting ones, and leave nothing behind', async () => {
  const data = temporaryFolder();
  const opened = await openTestHost(data, {
    parts: { modelsFolder: modelsPath(modelsFolder, data), library: library(data) },
  });
  const { api } = opened.host;
  const stop = opened.host.subscribe((event) => {
    if (event.type === 'models-adding' && event.adding[0]?.step === 'reading') void api.cancelAddModels({});
  });
  try {
    const sources = ['compact-x1.safetensors', 'span.safetensors'].map((name) => ({
      kind: 'path' as const,
      path: path.join(FIXTURES, name),
    }));
    const { outcomes } = await api.addModels({ sources });
    expect(outcomes).toMatchObject([
      { fileName: 'compact-x1.safetensors', kind: 'refused', error: { code: 'job/cancelled' } },
      { fileName: 'span.safetensors', kind: 'refused', error: { code: 'job/cancelled' } },
    ]);
    expect(readdirSync(path.join(data, 'models'))).toEqual([]);
  } finally {
    stop();
    await opened.close();
  }
});
