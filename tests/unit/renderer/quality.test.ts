import { expect, test } from 'vitest';
import { IMAGE_FORMATS } from '../../../core/api/imageFormats.ts';
import { OUTPUT_FORMATS } from '../../../core/api/outputFormats.ts';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { DESKTOP_INFO } from '../../support/standInInfo.ts';

test.each(OUTPUT_FORMATS)("the quality that the window shows for %s is the encoder's default", (format) => {
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  options.changeSettings({ format });
  expect(options.qualityRange).toEqual(IMAGE_FORMATS[format].quality);
});

test('a quality is dropped with a change to a format without one', () => {
  const options = new BatchOptions(DESKTOP_INFO.capabilities);
  options.changeSettings({ format: 'jpeg', quality: 70 });
  options.changeSettings({ format: 'png' });
  expect(options.settings.quality).toBeUndefined();
  expect(options.qualityRange).toBeUndefined();
});
