import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findModels, readModelRegistry } from '../../../core/models/modelRegistry.ts';
import { installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function codeAndMessage(code: string, text: string): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(text) as string });
}

describe('a registry', () => {
  test('lists its models by id and ignores files and hidden folders', async () => {
    const registry = temporaryFolder();
    for (const id of ['b-x2', 'a-x2']) installModel(registry, id, 2);
    writeFileSync(path.join(registry, 'README.md'), 'text');
    mkdirSync(path.join(registry, '.cache'));
    expect((await readModelRegistry(registry)).map(({ manifest }) => manifest.id)).toEqual(['a-x2', 'b-x2']);
  });

  test('that is missing or empty is reported as such', async () => {
    const registry = temporaryFolder();
    await expect(readModelRegistry(registry)).rejects.toEqual(codeAndMessage('model/not-found', registry));
    const nowhere = path.join(registry, 'nowhere');
    await expect(readModelRegistry(nowhere)).rejects.toEqual(codeAndMessage('model/not-found', nowhere));
  });

  test.each([
    { what: 'no JSON', content: '{"schema":' },
    { what: 'another schema', change: { schema: 'enlarger.model/2' } },
    { what: 'an unknown field', change: { surprise: 1 } },
    { what: 'a scale of zero', change: { scale: 0 } },
    { what: 'a broken scale', change: { scale: 2.5 } },
    { what: 'no weights', change: { files: [] } },
    {
      what: 'weights elsewhere',
      change: { files: [{ engine: 'onnx', path: '../weights.onnx', sha256: '0'.repeat(64), sizeBytes: 1 }] },
    },
    { what: 'the id of another folder', change: { id: 'other-x2' } },
  ])('refuses a manifest with $what, and names it', async ({ content, change }) => {
    const registry = temporaryFolder();
    const folder = installModel(registry, 'odd-x2', 2, change === undefined ? {} : { change });
    const file = path.join(folder, 'manifest.json');
    if (content !== undefined) writeFileSync(file, content);
    await expect(readModelRegistry(registry)).rejects.toEqual(codeAndMessage('model/invalid-manifest', file));
  });

  test('names a manifest that is missing', async () => {
    const registry = temporaryFolder();
    const file = path.join(installModel(registry, 'gone-x2', 2), 'manifest.json');
    rmSync(file);
    await expect(readModelRegistry(registry)).rejects.toEqual(codeAndMessage('model/file-missing', file));
  });
});

test('a name finds one model by its id, or a family from the smallest scale', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'a-x4', 4);
  installModel(registry, 'b-x2', 2);
  const models = await readModelRegistry(registry);
  const ids = (name: string): string[] => findModels(models, name).map(({ manifest }) => manifest.id);
  expect([ids('a-x4'), ids('tests')]).toEqual([['a-x4'], ['b-x2', 'a-x4']]);
  expect(() => ids('nothing')).toThrow(
    expect.objectContaining({
      code: 'model/not-found',
      message: expect.stringMatching(/a-x4.*b-x2.*tests/) as string,
    }),
  );
});
