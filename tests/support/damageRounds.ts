import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DamageResult } from '../fault/store/damageStore.ts';

const SCRIPT = fileURLToPath(new URL('../../dist/tests/fault/store/damageStore.js', import.meta.url));

export interface DamageRounds {
  readonly results: readonly DamageResult[];
  /** Damages that ended the whole process. */
  readonly aborts: readonly number[];
}

function runFrom(
  root: string,
  first: number,
  count: number,
  mode: 'sealed' | 'open',
): Promise<DamageResult[]> {
  const child = spawn(process.execPath, [SCRIPT, root, String(first), String(count), mode], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', () => {
      const lines = text.split('\n').filter((line) => line !== '');
      resolve(lines.map((line) => JSON.parse(line) as DamageResult)); // the script's own output
    });
  });
}

/** Damages a store `count` times in separate processes, and continues after each process that this ends. */
export async function damageRounds(
  root: string,
  count: number,
  mode: 'sealed' | 'open',
): Promise<DamageRounds> {
  const results: DamageResult[] = [];
  const aborts: number[] = [];
  for (let seed = 0, round = 0; seed < count; round++) {
    const found = await runFrom(path.join(root, `${round}`), seed, count - seed, mode);
    results.push(...found);
    seed += found.length;
    if (seed < count) aborts.push(seed++);
  }
  return { results, aborts };
}
