import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../core/api/errors.ts';
import { DEVICE_PROBLEMS } from '../../../core/api/views.ts';
import { REASON_CODES } from '../../../core/api/report.ts';
import { languageOf, Texts } from '../../../renderer/state/texts.svelte.ts';
import { english } from '../../../renderer/text/english.ts';
import { traditionalChinese } from '../../../renderer/text/traditionalChinese.ts';

const renderer = fileURLToPath(new URL('../../../renderer', import.meta.url));
const sources = readdirSync(renderer, { recursive: true, withFileTypes: true })
  .filter(
    (entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name) && !entry.parentPath.endsWith('text'),
  )
  .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

/** Keys that are named as they are, and the patterns of keys that are put together from a value. */
const named = new Set([...sources.matchAll(/'([a-z][\w./-]*)'/gi)].map(([, key]) => key ?? ''));
const patterns = [...sources.matchAll(/`([a-z]+[\w.]*\.)\$\{[^}]+\}(\.[a-z]+)?`/gi)].map(
  ([, start = '', end = '']) =>
    new RegExp(`^${start.replaceAll('.', '\\.')}[^.]+${end.replaceAll('.', '\\.')}$`),
);

function baseOf(key: string): string {
  return key.replace(/_(one|other)$/, '');
}

function valuesOf(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
}

describe('the texts', () => {
  test('both languages say the same keys, with the same values in them', () => {
    expect(Object.keys(traditionalChinese)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(english)) {
      const other = traditionalChinese[key as keyof typeof english];
      expect({ key, values: valuesOf(other) }).toEqual({ key, values: valuesOf(text) });
      expect({ key, isEmpty: other.trim() === '' }).toEqual({ key, isEmpty: false });
    }
  });

  test('nothing but names and units is the same in both languages', () => {
    const same = Object.entries(english)
      .filter(([key, text]) => traditionalChinese[key as keyof typeof english] === text)
      .map(([key]) => key);
    expect(same).toEqual([
      'preview.enlarged',
      'model.srresnet-lite.name',
      'model.srresnet.name',
      'language.en',
      'language.zh-TW',
    ]);
  });

  test('every text is used somewhere', () => {
    const unused = [...new Set(Object.keys(english).map(baseOf))].filter(
      (key) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  test('every family of networks has a name and a word on what it is for', () => {
    const registry = fileURLToPath(new URL('../../../resources/models', import.meta.url));
    const manifests = readdirSync(registry, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => readFileSync(path.join(registry, name, 'manifest.json'), 'utf8'));
    const families = manifests.map((manifest) => (JSON.parse(manifest) as { family: string }).family);
    expect(families).not.toEqual([]);
    for (const family of families) {
      expect(english).toHaveProperty([`model.${family}.name`]);
      expect(english).toHaveProperty([`model.${family}.purpose`]);
    }
  });

  test('no count has one form only', () => {
    const forms = Object.keys(english).filter((key) => key.endsWith('_one'));
    expect(forms.filter((key) => !(`${baseOf(key)}_other` in english))).toEqual([]);
  });

  test('there are words for everything that can keep a device from being used', () => {
    const coded = DEVICE_PROBLEMS.filter((code) => code !== 'other');
    for (const code of coded) expect(english).toHaveProperty([`device.problem.${code}`]);
  });

  test('there is a sentence for every finding, and every sentence about an error has a code', () => {
    for (const code of REASON_CODES) expect(english).toHaveProperty([`reason.${code}`]);
    const codes = Object.keys(english).filter((key) => key.startsWith('error.'));
    expect(codes.filter((key) => !ERROR_CODES.some((code) => key === `error.${code}`))).toEqual([]);
  });

  test.each([
    { setting: 'system' as const, languages: ['zh-TW', 'en'], language: 'zh-TW' },
    { setting: 'system' as const, languages: ['zh-Hant-HK'], language: 'zh-TW' },
    { setting: 'system' as const, languages: ['de', 'en-GB'], language: 'en' },
    { setting: 'system' as const, languages: ['fr'], language: 'en' },
    { setting: 'zh-TW' as const, languages: ['en'], language: 'zh-TW' },
  ])('$setting with a system of $languages speaks $language', ({ setting, languages, language }) => {
    expect(languageOf(setting, languages)).toBe(language);
  });

  test('counts, times and sizes are said as one would', () => {
    const texts = new Texts();
    expect(texts.t('draft.title', { count: 1 })).toBe('1 image to enlarge');
    expect(texts.t('draft.title', { count: 12 })).toBe('12 images to enlarge');
    expect([850, 42_000, 600_000, 9e6].map(texts.duration)).toEqual(['0.9 s', '42 s', '10 min', '2.5 h']);
    expect([900, 19_400, 3_100_000].map(texts.bytes)).toEqual(['900 B', '19 KB', '3.1 MB']);
    expect(texts.percent(0.999)).toBe('99 %'); // 100 % is said only of what is done
    texts.language = 'zh-TW';
    expect(texts.t('draft.title', { count: 12 })).toBe('12 張圖片待放大');
  });

  test('an error without a sentence of its own says the host’s', () => {
    const texts = new Texts();
    expect(texts.error({ code: 'image/corrupt', message: 'x' })).toBe('The image is damaged.');
    expect(texts.error({ code: 'model/not-found', message: 'There is no model foo.' })).toBe(
      'There is no model foo.',
    );
  });
});
