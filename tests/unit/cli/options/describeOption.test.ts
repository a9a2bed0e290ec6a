import { Option } from 'commander';
import { expect, test } from 'vitest';
import { describeOption } from '../../../../cli/options/describeOption.ts';

test('the help shows the default of an option, except for an empty list', () => {
  expect(describeOption(new Option('--root <dir>', 'a folder').default([]))).toBe('a folder');
  expect(describeOption(new Option('--tags <name>', 'tags').default(['a']))).toBe('tags (default: ["a"])');
  expect(describeOption(new Option('--scale <n>', 'factor').default(4))).toBe('factor (default: 4)');
});
