import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fixturePath } from '../../support/images.ts';
import { nanNetwork, nearestNetwork, installModel } from '../../support/nearestNetwork.ts';
import { runProgram } from '../../support/runProgram.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test.each([
  { what: 'gives no numbers', weights: nanNetwork(2), code: 'engine/bad-output' },
  { what: 'enlarges by another factor', weights: nearestNetwork(3), code: 'model/wrong-scale' },
])('a network that $what fails with its code and leaves nothing', async ({ weights, code }) => {
  const registry = temporaryFolder();
  const output = path.join(temporaryFolder(), 'results');
  installModel(registry, 'faulty-x2', 2, { weights });
  const image = fixturePath('rgb8.png');
  const args = ['-i', image, '-o', output, '-s', '2', '-m', registry, '-n', 'faulty-x2'];
  const end = await runProgram(args);
  expect(end.code).toBe(1);
  expect(end.stderr).toContain(`[${code}]`);
  expect(readdirSync(output)).toEqual([]);
});
