import { expect, test } from 'vitest';
import type { Destination } from '../../../core/api/batchSpec.ts';
import type { Sizing } from '../../../core/api/jobSettings.ts';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { batchWords } from '../../../renderer/state/draft/batchWords.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';

const { batch } = new BatchOptions(DESKTOP_INFO.capabilities);
const context = { info: DESKTOP_INFO, texts: new Texts() };

function wordsFor(sizing: Sizing): string {
  return batchWords({ ...batch, settings: { ...batch.settings, model: 'fast', sizing } }, context);
}

test.each<{ sizing: Sizing; words: string }>([
  { sizing: { kind: 'factor', factor: 4 }, words: '×4' },
  { sizing: { kind: 'factor', factor: 1.5 }, words: '×1.5' },
  { sizing: { kind: 'width', width: 3840 }, words: 'Width 3840 px' },
  { sizing: { kind: 'height', height: 2160 }, words: 'Height 2160 px' },
  { sizing: { kind: 'long-edge', edge: 4096 }, words: 'Long edge 4096 px' },
  { sizing: { kind: 'megapixels', megapixels: 24 }, words: '24 MP' },
])('$words is how a size is worded', ({ sizing, words }) => {
  expect(wordsFor(sizing).split(' · ')[0]).toBe(words);
});

test.each<{ destination: Destination; words: string }>([
  { destination: { kind: 'beside', folderName: 'large' }, words: '“large” folder next to each original' },
  { destination: { kind: 'path', path: '/enlarged' }, words: '/enlarged' },
  { destination: { kind: 'downloads' }, words: 'Keep for download' },
])('results go to: $words', ({ destination, words }) => {
  expect(batchWords({ ...batch, destination }, context)).toMatch(new RegExp(` → ${words}$`));
});

test('networks that run first are named before the model, with the format after it', () => {
  const settings = { ...batch.settings, model: 'lanczos', first: ['unknown'], format: 'png' as const };
  expect(batchWords({ ...batch, settings }, context)).toMatch(/ · unknown → Plain · PNG → /);
});
