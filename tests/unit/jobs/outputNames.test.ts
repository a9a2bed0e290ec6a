import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_NAME_TEMPLATE } from '../../../core/api/batchSpec.ts';
import {
  extensionFor,
  fillTemplate,
  formatOfTemplate,
  splitName,
  TargetNames,
  type NameParts,
} from '../../../core/jobs/outputNames.ts';

const parts: NameParts = {
  dir: 'trip/day 1',
  name: 'sea',
  ext: 'jpg',
  model: 'fast',
  size: '4x',
  scale: '4',
  sourceExt: 'jpg',
};

describe('a template', () => {
  test.each([
    { template: DEFAULT_NAME_TEMPLATE, made: 'trip/day 1/sea_4x.jpg' },
    { template: '{name}.{ext}', made: 'sea (trip-day 1).jpg' },
    { template: '{model}/{dir}/{name}-{scale}.{ext}', made: 'fast/trip/day 1/sea-4.jpg' },
    { template: '/absolute/{name}.{ext}', made: 'absolute/sea (trip-day 1).jpg' },
    { template: 'a/../{dir}/{name}.{ext}', made: 'trip/day 1/sea.jpg' },
    { template: '{name}.{name}.{ext}', made: 'sea.sea (trip-day 1).jpg' },
  ])('$template becomes $made', ({ template, made }) => {
    expect(fillTemplate(template, parts).split(path.sep).join('/')).toBe(made);
  });

  test.each([
    '../{name}.{ext}',
    '{dir}/../../../{name}.{ext}',
    'a/../../{name}',
    '{nothing}.png',
    '{Name}.png',
  ])('%s is refused', (template) => {
    expect(() => fillTemplate(template, parts)).toThrow(
      expect.objectContaining({ code: 'usage/invalid-option' }),
    );
  });

  test('takes placeholders in names literally', () => {
    const top = { ...parts, dir: '', name: '{dir} $& {name}' };
    expect(fillTemplate('{name}.{ext}', top)).toBe('{dir} $& {name}.jpg');
  });

  test('the factor is only known where a factor was requested', () => {
    const { scale: _, ...withoutScale } = parts;
    expect(() => fillTemplate('{scale}.png', withoutScale)).toThrow(
      expect.objectContaining({ code: 'usage/invalid-option' }),
    );
  });
});

test.each([
  ['photo.JPG', 'photo', 'JPG'],
  ['scan.2024', 'scan.2024', ''],
  ['archive.tar.png', 'archive.tar', 'png'],
  ['.png', '.png', ''],
  ['noending', 'noending', ''],
  ['a.gif', 'a', 'gif'],
  ['ends with dot.', 'ends with dot.', ''],
])('%s is called %s and ends in "%s"', (file, name, extension) => {
  expect(splitName(file)).toEqual({ name, extension });
});

test.each([
  ['jpeg', 'JPEG', 'JPEG'],
  ['jpeg', 'png', 'jpg'],
  ['tiff', 'tif', 'tif'],
  ['png', 'gif', 'png'],
  ['png', '', 'png'],
] as const)('%s from .%s is written as .%s', (format, source, extension) => {
  expect(extensionFor(format, source)).toBe(extension);
});

describe('a name', () => {
  const at = { ...parts, dir: '' };

  test.each([
    { what: 'another extension', change: { ext: 'png' }, made: 'sea_4x (jpg).png' },
    {
      what: 'the extension in another case',
      change: { ext: 'png', sourceExt: 'JPG' },
      made: 'sea_4x (JPG).png',
    },
    { what: 'no extension', change: { sourceExt: '' }, made: 'sea_4x.jpg' },
    { what: 'the same extension', change: {}, made: 'sea_4x.jpg' },
  ])('depends only on the source: $what gives $made', ({ change, made }) => {
    expect(fillTemplate(DEFAULT_NAME_TEMPLATE, { ...at, ...change })).toBe(made);
  });

  test.each([
    ['{dir}/{name}.{ext}', undefined],
    ['{name}.png', 'png'],
    ['{name}.JPG', 'jpeg'],
  ])('of the template %s has the format %s', (template, format) => {
    expect(formatOfTemplate(template)).toBe(format);
  });

  test.each(['{name}', '{name}_{ext}', '{name}.bmp', '{name}.{model}', ''])(
    'cannot come from "%s"',
    (template) => {
      expect(() => formatOfTemplate(template)).toThrow(
        expect.objectContaining({ code: 'usage/invalid-option' }),
      );
    },
  );
});

describe('names that meet', () => {
  test('are distinguished by the mark of their source, then by number, whatever their case', () => {
    const names = new TargetNames();
    const claimed = [
      names.claim('out/sea.png', 'aa'),
      names.claim('out/SEA.png', 'bb'),
      names.claim('out/sea.png', 'BB'),
      names.claim('out/Sea.PNG', 'bb'),
      names.claim('out/a/sea.png', 'aa'),
    ];
    expect(claimed.map((name) => name.split(path.sep).join('/'))).toEqual([
      'out/sea.png',
      'out/SEA (bb).png',
      'out/sea (2).png',
      'out/Sea (3).PNG',
      'out/a/sea.png',
    ]);
  });

  test('differ in case on a case-sensitive volume', () => {
    const names = new TargetNames((target) => target);
    expect(names.claim('out/SEA.png', 'aa')).toBe(path.join('out', 'SEA.png'));
    expect(names.claim('out/sea.png', 'bb')).toBe(path.join('out', 'sea.png'));
  });

  test('that differ only in Unicode form count as one', () => {
    const names = new TargetNames();
    names.claim('out/café.png', 'bb');
    expect(names.claim('out/cafe\u0301.png', 'aa')).toContain('(aa)');
  });

  test('are always distinct, and short enough for any file system', () => {
    const letters = fc.constantFrom('a', 'A', 'é', '🌊', '.', ' ', '(', '2', ')');
    const name = fc.string({ unit: letters, minLength: 1, maxLength: 300 }).map((text) => `n${text}.png`);
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (wanted) => {
        const names = new TargetNames();
        const claimed = wanted.map((each) => names.claim(path.join('out', each), 'jpg'));
        expect(new Set(claimed.map((each) => each.toLowerCase())).size).toBe(wanted.length);
        for (const each of claimed) {
          expect(path.dirname(each)).toBe('out');
          expect(Buffer.byteLength(path.basename(each))).toBeLessThanOrEqual(255);
          expect(path.basename(each)).toMatch(/\.png$/);
          expect(each).not.toContain('\ufffd');
        }
      }),
    );
  });

  test('two long names that differ at the end stay different', () => {
    const long = 'x'.repeat(250);
    const [a, b] = ['a', 'b'].map((end) =>
      fillTemplate('{name}_{size}.{ext}', { ...parts, dir: '', name: long + end }),
    );
    expect(a).not.toBe(b);
    expect([a, b].map((name) => Buffer.byteLength(name!))).toEqual([255, 255]);
  });
});
