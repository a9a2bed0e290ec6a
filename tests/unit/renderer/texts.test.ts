import { describe, expect, test } from 'vitest';
import { Texts } from '../../../renderer/state/texts.svelte.ts';

describe('the texts', () => {
  test('counts, times and sizes read naturally', () => {
    const texts = new Texts();
    expect(texts.t('draft.title', { count: 1 })).toBe('1 image');
    expect(texts.t('draft.title', { count: 12 })).toBe('12 images');
    expect([850, 42_000, 600_000, 9e6].map(texts.duration)).toEqual(['0.9 s', '42 s', '10 min', '2.5 h']);
    expect([900, 19_400, 3_100_000].map(texts.bytes)).toEqual(['900 B', '19 KB', '3.1 MB']);
    expect(texts.percent(0.999)).toBe('99%'); // 100% only when everything is done
    texts.language = 'zh-TW';
    expect(texts.t('draft.title', { count: 12 })).toBe('12 張圖片');
  });

  test('an estimate is not more precise than it can be', () => {
    const texts = new Texts();
    expect(
      [900, 9_000, 41_000, 61_000, 8 * 60_000, 27 * 60_000, 3.6e6 * 3.3, 3.6e6 * 40].map(texts.about),
    ).toEqual([
      'a few seconds',
      'about 10 s',
      'about 50 s',
      'about 1 min',
      'about 8 min',
      'about 25 min',
      'about 3.5 h',
      'about 40 h',
    ]);
  });

  test('an error is shown in the language of the window, whatever the text of the host', () => {
    const texts = new Texts();
    texts.language = 'zh-TW';
    expect(texts.error({ code: 'job/not-found', message: 'There is no job 19.' })).toBe(
      '這張圖片已不在清單中。',
    );
  });
});
