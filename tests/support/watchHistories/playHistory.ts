import { History } from './history.ts';

/** The same numbers on every machine. */
function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Plays one random history of a watched folder: images are dropped, replaced, renamed, copied, moved back and deleted,
 * settings change, and the program is restarted, all while it works.
 *
 * @returns The problems at the end, with the steps that led to them; empty if all is well.
 */
export async function playHistory(root: string, seed: number, steps = 10): Promise<string[]> {
  const history = new History(root, randomOf(seed));
  await history.open();
  try {
    for (let step = 0; step < steps; step++) await history.step();
    const problems = await history.problems();
    return problems.map((problem) => `seed ${seed}: ${problem} (${history.log.join(', ')})`);
  } finally {
    await history.close();
  }
}
