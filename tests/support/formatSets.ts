import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../fixtures/formats', import.meta.url));

/** A Python with Pillow and numpy. */
const python = process.env['ENLARGER_PYTHON'] ?? 'python3';

/** The tools that create and check the sets. */
const TOOLS = ['heif-enc', 'heif-convert', 'cjxl', 'djxl', 'exiftool'];

/** The tools that are not installed here. */
export function missingTools(): string[] {
  const hasPillow = spawnSync(python, ['-c', 'import PIL, numpy']).status === 0;
  const missing = TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0);
  return hasPillow ? missing : ['Pillow and numpy (ENLARGER_PYTHON)', ...missing];
}

/** Makes all sets in a folder. */
export function makeSets(folder: string): void {
  execFileSync(python, [path.join(scripts, 'makeSets.py'), folder]);
}

/** One comparison with an independent decoder or reader of metadata. */
export interface SetComparison {
  readonly file: string;
  readonly kind: 'pixels' | 'timing' | 'metadata' | 'outcome' | 'decoder';
  readonly delta?: number;
  readonly alpha?: number;
  readonly problem?: unknown;
}

/** Compares the results that the events of a run report with what other programs show of their sources. */
export function compareSets(folder: string, events: string): SetComparison[] {
  const file = path.join(folder, 'events.jsonl');
  writeFileSync(file, events);
  const lines = execFileSync(python, [path.join(scripts, 'compareSets.py'), folder, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64e6,
  });
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SetComparison);
}
