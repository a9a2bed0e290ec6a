import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { playHistory } from '../../support/watchHistories/playHistory.ts';

const HISTORIES = Number(process.env['ENLARGER_HISTORIES'] ?? 2_000);
/** To replay one history that failed: its number here, and 1 above. */
const FIRST_SEED = Number(process.env['ENLARGER_FIRST_SEED'] ?? 0);
const AT_ONCE = 8;

test(
  `${HISTORIES} random histories of a watched folder: nothing is lost, made twice or passed over silently`,
  async () => {
    const root = temporaryFolder();
    const seeds = Array.from({ length: HISTORIES }, (_, index) => FIRST_SEED + index).values();
    const problems: string[] = [];
    const player = async (): Promise<void> => {
      for (const seed of seeds) problems.push(...(await playHistory(path.join(root, `${seed}`), seed)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, player));
    expect(problems).toEqual([]);
  },
  3 * 3_600_000,
);
