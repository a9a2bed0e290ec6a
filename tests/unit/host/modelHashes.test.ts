import { expect, test } from 'vitest';
import type { ModelSettings } from '../../../core/api/jobSettings.ts';
import { ModelHashes } from '../../../core/host/queue/modelHashes.ts';
import { installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const FILE = { engine: 'onnx', path: 'weights.onnx', sizeBytes: 1 };

/** The hash of a choice in a registry with a network whose companion's weights have that checksum. */
function hashOf(choice: ModelSettings, own: string, companions: string): Promise<string> {
  const registry = temporaryFolder();
  const filesOf = (digit: string) => ({ files: [{ ...FILE, sha256: digit.repeat(64) }] });
  installModel(registry, 'vivid-x2', 2, {
    change: { family: 'vivid', faithful: 'plain-x2', ...filesOf(own) },
  });
  installModel(registry, 'plain-x2', 2, { change: { family: 'plain', ...filesOf(companions) } });
  return new ModelHashes().learn(choice, registry);
}

test.each([
  { choice: { model: 'vivid', strength: 1 }, dependsOn: { own: true, companion: false } },
  { choice: { model: 'vivid', strength: 0.5 }, dependsOn: { own: true, companion: true } },
  { choice: { model: 'vivid-x2', strength: 0 }, dependsOn: { own: true, companion: true } },
  { choice: { model: 'plain', strength: 0.5 }, dependsOn: { own: false, companion: true } },
  { choice: { model: 'bicubic', strength: 0.5 }, dependsOn: { own: false, companion: false } },
])(
  'the hash of $choice changes with the weights that it uses, and with no others',
  async ({ choice, dependsOn }) => {
    const hash = await hashOf(choice, 'a', 'b');
    expect(await hashOf(choice, 'a', 'b')).toBe(hash);
    expect((await hashOf(choice, 'c', 'b')) !== hash).toBe(dependsOn.own);
    expect((await hashOf(choice, 'a', 'c')) !== hash).toBe(dependsOn.companion);
  },
);

test('the blended and the original network have separate entries', async () => {
  const registry = temporaryFolder();
  installModel(registry, 'vivid-x2', 2, { change: { family: 'vivid', faithful: 'plain-x2' } });
  installModel(registry, 'plain-x2', 2);
  const hashes = new ModelHashes();
  const whole = await hashes.learn({ model: 'vivid', strength: 1 }, registry);
  const blended = await hashes.learn({ model: 'vivid', strength: 0.3 }, registry);
  expect(blended).not.toBe(whole);
  expect(hashes.known({ model: 'vivid', strength: 0.7 }, registry)).toBe(blended);
});
