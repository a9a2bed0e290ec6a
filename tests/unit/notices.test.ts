import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

test('the third-party notices name every package that is installed with the program', () => {
  const script = path.join(checkout, 'build', 'makeNotices.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('the third-party notices contain the licence of libvips, and the one that it extends', () => {
  const notices = readFileSync(path.join(checkout, 'THIRD_PARTY_NOTICES.md'), 'utf8');
  expect(notices).toContain('4. Combined Works.');
  expect(notices).toContain('How to Apply These Terms to Your New Programs');
});
