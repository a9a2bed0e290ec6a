import { describe, expect, test } from 'vitest';
import type { Source } from '../../../core/api/batchSpec.ts';
import { presetSchema } from '../../../core/api/programSettings.ts';
import type { BatchView } from '../../../core/api/views.ts';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { BUILT_IN_PRESETS, isUsed, usePresetNumber } from '../../../renderer/state/draft/builtInPresets.ts';
import { nameOfBatch } from '../../../renderer/state/queue/batches.svelte.ts';
import { presetDigit } from '../../../renderer/state/shortcuts.ts';
import { BROWSER_INFO } from '../../support/standInInfo.ts';

describe('presets', () => {
  test('those of the program set a valid size, and keep the model and the destination', () => {
    for (const preset of BUILT_IN_PRESETS) {
      const options = new BatchOptions(BROWSER_INFO.capabilities);
      options.changeSettings({ model: 'photo' });
      const number = BUILT_IN_PRESETS.indexOf(preset) + 1;
      expect(usePresetNumber(number, options, [])).toBe(true);
      expect(isUsed(preset, options)).toBe(true);
      expect(options.settings.model).toBe('photo');
      expect(presetSchema.safeParse({ id: 'a', name: 'a', batch: options.batch }).success).toBe(true);
    }
  });

  test('the digits continue with saved presets, and end with the last one', () => {
    const options = new BatchOptions(BROWSER_INFO.capabilities);
    const own = [{ id: 'mine', name: 'Mine', batch: options.batch }];
    expect(usePresetNumber(BUILT_IN_PRESETS.length + 1, options, own)).toBe(true);
    expect(options.presetId).toBe('mine');
    expect(usePresetNumber(BUILT_IN_PRESETS.length + 2, options, own)).toBe(false);
  });

  test('a digit with Shift is recognised on any keyboard layout', () => {
    const held = { shiftKey: true, ctrlKey: false, metaKey: false, altKey: false };
    expect(presetDigit({ code: 'Digit3', ...held })).toBe(3);
    expect(presetDigit({ code: 'Digit3', ...held, shiftKey: false })).toBeUndefined();
    expect(presetDigit({ code: 'Digit0', ...held })).toBeUndefined();
    expect(presetDigit({ code: 'KeyA', ...held })).toBeUndefined();
  });
});

function batchOf(sources: readonly Source[]): BatchView {
  const { batch } = new BatchOptions(BROWSER_INFO.capabilities);
  const counts = { queued: 1, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
  return { id: 1, origin: 'window', spec: { ...batch, sources: [...sources] }, counts, addedAt: 0 };
}

test.each([
  { paths: ['/home/eve/Photos/Trip'], folder: 'Trip' },
  { paths: ['/home/eve/Trip/a.jpg', '/home/eve/Trip/b.png'], folder: 'Trip' },
  { paths: ['C:\\Photos\\Trip\\a.jpg'], folder: 'Trip' },
  { paths: ['/home/eve/Trip/a.jpg', '/home/eve/Home/b.png'], folder: undefined },
])('a batch of $paths is called after its folder: $folder', ({ paths, folder }) => {
  const sources = paths.map((path) => ({ kind: 'path' as const, path }));
  expect(nameOfBatch(batchOf(sources), [])).toBe(folder);
});

test.each([
  { relative: '', folder: 'Holiday' },
  { relative: 'a.jpg', folder: 'Holiday' },
  { relative: 'Beach/a.jpg', folder: 'Beach' },
])('a batch of "$relative" in an opened folder is called $folder', ({ relative, folder }) => {
  const sources = [{ kind: 'root' as const, rootId: 'r1', relative }];
  expect(nameOfBatch(batchOf(sources), [{ id: 'r1', name: 'Holiday' }])).toBe(folder);
});
