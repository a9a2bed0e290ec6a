import { expect, test } from 'vitest';
import type { BatchSpec } from '../../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { assertSameFormat } from '../../../core/host/queue/assertSameFormat.ts';
import { sampleBatch } from '../../support/sampleBatch.ts';

const job = { source: '/photos/a.png', target: '/results/a_4x.png', format: 'png' } as const;

function specWith(changes: Partial<BatchSpec>): BatchSpec {
  return sampleBatch({
    nameTemplate: '{dir}/{name}_{size}.{ext}',
    settings: DEFAULT_JOB_SETTINGS,
    ...changes,
  }).spec;
}

test('an image that was replaced by one in another format while it was queued is not written under the old name', () => {
  expect(() => {
    assertSameFormat(job, specWith({}), 'jpeg');
  }).toThrow(expect.objectContaining({ code: 'input/changed' }));
});

test.each([
  { what: 'of the same format', changes: {}, input: 'png' },
  { what: 'in a format that is saved as another', changes: {}, input: 'bmp' },
  { what: 'that is one image of a GIF', changes: {}, input: 'gif' },
  {
    what: 'whose format was chosen',
    changes: { settings: { ...DEFAULT_JOB_SETTINGS, format: 'png' } },
    input: 'jpeg',
  },
  { what: 'whose format the template names', changes: { nameTemplate: '{name}.png' }, input: 'jpeg' },
  {
    what: 'whose format the output names',
    changes: { destination: { kind: 'path', path: '/results/a_4x.png' } },
    input: 'jpeg',
  },
] as const)('an image $what is accepted', ({ changes, input }) => {
  expect(() => {
    assertSameFormat(job, specWith(changes), input);
  }).not.toThrow();
});
