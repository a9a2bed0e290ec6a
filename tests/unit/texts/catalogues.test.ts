import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../core/api/errors.ts';
import { PLAIN_SETTINGS, settingKind } from '../../../core/api/jobSettings.ts';
import { DEVICE_PROBLEMS } from '../../../core/api/views.ts';
import { REASON_CODES } from '../../../core/api/report.ts';
import { catalogues } from '../../../core/texts/catalogues.ts';
import { english } from '../../../core/texts/english/english.ts';
import { languageOf } from '../../../core/texts/languageOf.ts';
import { WRONG_CHECKSUM } from '../../../core/image/formats/png/repairChecksum.ts';
import { warningKind, warningText } from '../../../core/texts/warningText.ts';
import { translate } from '../../../core/texts/translate.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The rooms that show texts. */
const sources = ['renderer', 'electron', 'core/report']
  .flatMap((room) => readdirSync(path.join(root, room), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name))
  .map((entry) => path.join(entry.parentPath, entry.name))
  .concat(path.join(root, 'core/texts/warningText.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Keys that are used literally, and the patterns of keys that are built from a value. */
const named = new Set([...sources.matchAll(/'([a-z][\w./-]*)'/gi)].map(([, key]) => key ?? ''));
/** Keys of the settings that the window shows by their schema. */
const ofSettings = PLAIN_SETTINGS.flatMap((name) => {
  const control = settingKind(name);
  const choices = control.kind === 'choice' ? control.choices : [];
  return [`setting.${name}`, ...choices.map((choice) => `setting.${name}.${choice}`)];
});
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

/** The keys of a catalogue without their plural forms. */
function keysOf(catalogue: object): string[] {
  return [...new Set(Object.keys(catalogue).map(baseOf))];
}

const others = Object.entries(catalogues).filter(([language]) => language !== 'en');

describe('the catalogues', () => {
  test.each(others)('%s has the keys of English, with the same values in each text', (_, catalogue) => {
    expect(keysOf(catalogue)).toEqual(keysOf(english));
    for (const [key, text] of Object.entries(catalogue)) {
      const original = english[key as keyof typeof english] as string | undefined;
      expect({ key, isEmpty: text.trim() === '' }).toEqual({ key, isEmpty: false });
      // English names its number in both forms; a form that English does not have is checked against `other`.
      const reference = original ?? english[`${baseOf(key)}_other` as keyof typeof english];
      expect({ key, values: valuesOf(text) }).toEqual({ key, values: valuesOf(reference) });
    }
  });

  test.each(others)('%s only repeats English in names and units', (_, catalogue) => {
    const same = Object.entries(english)
      .filter(([key, text]) => catalogue[key as keyof typeof english] === text)
      .map(([key]) => key);
    expect(same).toEqual([
      'models.fact.sha256',
      'model.srresnet-lite.name',
      'model.srresnet.name',
      'machines.speed',
      'language.en',
      'language.zh-TW',
    ]);
  });

  test('no text is in two files, and none of the files is left out', () => {
    for (const [folder, catalogue] of [
      ['english', catalogues.en],
      ['traditionalChinese', catalogues['zh-TW']],
    ] as const) {
      const files = readdirSync(path.join(root, 'core/texts', folder));
      const keys = files
        .map((file) => readFileSync(path.join(root, 'core/texts', folder, file), 'utf8'))
        .flatMap((source) => [...source.matchAll(/^ {2}'([^']+)':/gm)].map(([, key]) => key ?? ''));
      expect(keys.sort()).toEqual(Object.keys(catalogue).sort());
    }
  });

  test('every text is used somewhere', () => {
    const unused = [...new Set(Object.keys(english).map(baseOf))].filter(
      (key) => !named.has(key) && !ofSettings.includes(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  test('every family of networks has a name and a purpose', () => {
    const registry = path.join(root, 'resources/models');
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

  test('no count has only one form', () => {
    const forms = Object.keys(english).filter((key) => key.endsWith('_one'));
    expect(forms.filter((key) => !(`${baseOf(key)}_other` in english))).toEqual([]);
  });

  test('there is a text for everything that can keep a device from being used', () => {
    const coded = DEVICE_PROBLEMS.filter((code) => code !== 'other');
    for (const code of coded) expect(english).toHaveProperty([`device.problem.${code}`]);
  });

  test('there is a sentence for every finding, and one with advice for every error', () => {
    for (const code of REASON_CODES) expect(english).toHaveProperty([`reason.${code}`]);
    const codes = Object.keys(english).filter((key) => key.startsWith('error.'));
    expect(codes.sort()).toEqual(ERROR_CODES.map((code) => `error.${code}`).sort());
  });

  test.each([
    { sentence: 'The EXIF is damaged and was left out.', kind: 'exif' },
    {
      sentence: 'The EXIF (70000 bytes) is longer than JPEG allows; its maker note was left out.',
      kind: 'maker-note',
    },
    { sentence: 'The colour profile has 1 of 3 parts and was left out.', kind: 'profile' },
    { sentence: 'GIF files have no place for colour profiles; they were left out.', kind: 'profile' },
    { sentence: 'WebP files have no place for comments; they were left out.', kind: 'metadata' },
    { sentence: 'A PNG chunk of type eXIf is damaged and was left out.', kind: 'metadata' },
    { sentence: 'The PNG text "Comment" is damaged and was left out.', kind: 'metadata' },
    { sentence: 'The sidecar /a.xmp could not be copied: no EXIF', kind: 'sidecar' },
    { sentence: 'Its report is missing: the disk is full', kind: 'report' },
    { sentence: 'This is an HDR image (PQ): it was converted to the standard range, in sRGB.', kind: 'hdr' },
    {
      sentence: 'The gain map (the HDR part of the photo) was left out; the image itself was enlarged.',
      kind: 'hdr',
    },
    {
      sentence: 'The film of this motion photo was left out; the still was enlarged.',
      kind: 'extras',
    },
    { sentence: 'The colours were converted from CMYK to sRGB.', kind: 'colours' },
    {
      sentence: 'GIF has no partial transparency: each pixel became either opaque or fully transparent.',
      kind: 'transparency',
    },
    {
      sentence: 'JPEG has no transparency: transparent areas were filled with #ffffff.',
      kind: 'transparency',
    },
    { sentence: WRONG_CHECKSUM, kind: 'repaired' },
    {
      sentence: "This is a raw file: the camera's preview (a full-size JPEG inside of it) was enlarged.",
      kind: 'raw-preview',
    },
    { sentence: 'Only the first of 3 pages was enlarged.', kind: 'one-of-several' },
    { sentence: 'Only page 2 of 3 pages was enlarged.', kind: 'one-of-several' },
    { sentence: 'Only the first of 3 frames was enlarged.', kind: 'one-of-several' },
    { sentence: '2 of 3 frames were enlarged.', kind: 'one-of-several' },
    // The second in the words of earlier versions.
    ...['outside', 'beside'].map((where) => ({
      sentence: `The JPEG has errors ${where} its pixels (3 stray bytes between its segments); they were ignored.`,
      kind: 'repaired',
    })),
    { sentence: 'A sentence of a later version.', kind: 'other' },
  ])('$sentence is about $kind, and is not changed in English', ({ sentence, kind }) => {
    expect(warningKind(sentence)).toBe(kind);
    expect(warningText('en', sentence)).toBe(sentence);
    expect(warningText('zh-TW', sentence)).toBe(catalogues['zh-TW'][`warning.${warningKind(sentence)}`]);
  });

  test.each([
    { setting: 'system' as const, languages: ['zh-TW', 'en'], language: 'zh-TW' },
    { setting: 'system' as const, languages: ['zh-Hant-HK'], language: 'zh-TW' },
    { setting: 'system' as const, languages: ['de', 'en-GB'], language: 'en' },
    { setting: 'system' as const, languages: ['fr'], language: 'en' },
    { setting: 'system' as const, languages: [], language: 'en' },
    { setting: 'system' as const, languages: ['zhuang'], language: 'en' },
    { setting: 'zh-TW' as const, languages: ['en'], language: 'zh-TW' },
  ])('$setting with a system of $languages gives $language', ({ setting, languages, language }) => {
    expect(languageOf(setting, languages)).toBe(language);
  });

  test('a value is inserted unchanged, a number with the separators of the language', () => {
    expect(translate('en', 'draft.title', { count: 1 })).toBe('1 image');
    expect(translate('en', 'draft.title', { count: 5000 })).toBe('5,000 images');
    expect(translate('zh-TW', 'draft.title', { count: 5000 })).toBe('5,000 張圖片');
    expect(translate('en', 'draft.removeOne', { name: '{{name}} & $&.jpg' })).toBe(
      'Remove {{name}} & $&.jpg',
    );
  });
});
