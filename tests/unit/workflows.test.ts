import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../.github/workflows', import.meta.url));

test.each(readdirSync(folder))(
  '%s names the commit of every action, and its version in a comment',
  (name) => {
    const lines = readFileSync(path.join(folder, name), 'utf8').split('\n');
    const uses = lines.filter((line) => /^\s*(- )?uses:/.test(line)).map((line) => line.trim());
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  },
);
