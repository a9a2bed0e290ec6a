import { Refusal } from '../../foreign/refusal.ts';
import type { RawNetwork } from '../../engine/rawNetwork.ts';
import type { Size } from '../../api/image.ts';
import { sampleTile } from './sampleTiles.ts';

/** Which sizes a network accepts, and what it returns for them. */
export interface NetworkShape {
  readonly scale: number;
  readonly multiplePx: number;
  readonly leastPx: number;
}

/** Blocks that networks fold pixels into, or windows that they attend to. */
const MULTIPLES = [1, 2, 4, 8, 16, 32, 64];

const MAX_SCALE = 16;

/** Approximate side of the images that prove a scale. */
const SIDE_PX = 24;

interface Trial {
  readonly from: Size;
  readonly made: Size | string;
}

async function tryOn(network: RawNetwork, from: Size): Promise<Trial> {
  try {
    const { width, height } = await network.run(sampleTile(from));
    return { from, made: { width, height } };
  } catch (error) {
    return { from, made: error instanceof Error ? error.message : String(error) };
  }
}

/** The factor of a trial; undefined if it is not the same integer on both axes. */
function factorOf({ from, made }: Trial): number | undefined {
  if (typeof made === 'string') return undefined;
  const factor = made.width / from.width;
  const isWhole = Number.isInteger(factor) && factor >= 1 && factor <= MAX_SCALE;
  return isWhole && made.height === from.height * factor ? factor : undefined;
}

function describe({ from, made }: Trial): string {
  const what = typeof made === 'string' ? `nothing (${made})` : `${made.width} × ${made.height}`;
  return `${what} of ${from.width} × ${from.height} px`;
}

function notAnEnlargement(trials: readonly Trial[]): Refusal {
  const made = trials.find((trial) => typeof trial.made !== 'string') ?? trials[0];
  return new Refusal(
    'model/not-proven',
    `The network returns ${made === undefined ? 'nothing' : describe(made)}. Only networks that enlarge both sides by the same whole number are supported.`,
  );
}

/** The smallest of the likely sides that works. */
async function leastSide(network: RawNetwork, scale: number, multiplePx: number): Promise<number> {
  for (const blocks of [1, 2, 3, 4, 6, 8, 12, 16]) {
    const sidePx = blocks * multiplePx;
    const trial = await tryOn(network, { width: sidePx, height: sidePx });
    if (factorOf(trial) === scale) return sidePx;
    if (sidePx >= 2 * SIDE_PX) break;
  }
  return Math.ceil(SIDE_PX / multiplePx) * multiplePx;
}

/**
 * Determines by running it which sizes a network accepts and how much it enlarges, at two sizes with different sides.
 *
 * @param knownMultiplePx Known already; larger multiples are tried, too.
 * @throws Refusal `model/not-proven`, with the size that it returned for each size.
 */
export async function findShape(network: RawNetwork, knownMultiplePx: number): Promise<NetworkShape> {
  const trials: Trial[] = [];
  for (const multiplePx of MULTIPLES.filter((each) => each % knownMultiplePx === 0)) {
    // Odd numbers of blocks, so that a larger block would show.
    const blocks = Math.floor(SIDE_PX / multiplePx / 2) * 2 + 1;
    const sizes = [
      { width: blocks * multiplePx, height: (blocks + 2) * multiplePx },
      { width: (blocks + 4) * multiplePx, height: blocks * multiplePx },
    ];
    const made: Trial[] = [];
    for (const size of sizes) made.push(await tryOn(network, size));
    trials.push(...made);
    const factors = made.map(factorOf);
    const [scale] = factors;
    if (scale !== undefined && factors.every((each) => each === scale)) {
      return { scale, multiplePx, leastPx: await leastSide(network, scale, multiplePx) };
    }
    // It runs on any size but its output is not an enlargement: larger blocks change nothing.
    if (made.every((each) => typeof each.made !== 'string') && multiplePx >= 8) break;
  }
  throw notAnEnlargement(trials);
}

/** The same for a network that accepts only one size. */
export async function findFixedShape(network: RawNetwork, fixedPx: Size): Promise<NetworkShape> {
  const trial = await tryOn(network, fixedPx);
  const scale = factorOf(trial);
  if (scale === undefined) throw notAnEnlargement([trial]);
  return { scale, multiplePx: 1, leastPx: 1 };
}
