import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../../core/files/cacheFolder.ts';

test.each([
  { given: path.resolve('/var/cache/me'), base: path.resolve('/var/cache/me') },
  { given: 'relative/cache', base: path.join(os.homedir(), '.cache') },
  { given: '', base: path.join(os.homedir(), '.cache') },
])('XDG_CACHE_HOME "$given" counts if it is absolute', ({ given, base }) => {
  expect(cacheFolder({ XDG_CACHE_HOME: given }, 'linux')).toBe(path.join(base, 'enlarger'));
});
