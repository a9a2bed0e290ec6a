import { expect, test } from 'vitest';
import { patternOf, templateOf } from '../../../renderer/state/draft/namePattern.ts';

test.each(['{name}_{size}', 'large {name}', 'photo {scale} {model} {name}'])(
  '%j becomes a template and is read back',
  (pattern) => {
    const template = templateOf(pattern);
    expect(template).toBe(`{dir}/${pattern}.{ext}`);
    expect(patternOf(template ?? '')).toBe(pattern);
  },
);

test.each(['', '  ', '{nam}', '../{name}', 'a/{name}', '.{name}', '{name', '{name}:1', 'what?'])(
  '%j is not a name',
  (pattern) => {
    expect(templateOf(pattern)).toBeUndefined();
  },
);

test('a template from the command line is shown in full', () => {
  expect(patternOf('{name}.png')).toBe('{name}.png');
});
