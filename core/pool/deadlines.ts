import type { JobStage } from './messages.ts';

/** How long each stage may take, in ms. Waiting has no deadline: what it waits for has one. */
export interface Deadlines {
  readonly decode: number;
  /** Loading a network, which on a graphics card compiles it. */
  readonly load: number;
  /** The first tile on a device whose speed is not known yet. */
  readonly firstTile: number;
  /** Every other tile, or twenty times their average where that is more. */
  readonly tile: number;
  /** Resampling to the exact size. */
  readonly finish: number;
  readonly encode: number;
  readonly assess: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  decode: 120_000,
  load: 300_000,
  firstTile: 300_000,
  tile: 30_000,
  finish: 300_000,
  encode: 300_000,
  assess: 300_000,
};

/** The largest images take longer than any fixed time: compressing 2,600 megapixels to PNG takes ten minutes. */
const MS_PER_MEGAPIXEL = 1000;

const TILE_FACTOR = 20;

/** Weight of the newest tile in the moving average. */
const NEWEST_SHARE = 0.1;

/** How long tiles of one kind (model, device, settings) take: a moving average over all workers. */
export class TilePace {
  readonly #averageMs = new Map<string, number>();

  /** Notes one more tile of a kind. */
  add(kind: string, elapsedMs: number): void {
    const before = this.#averageMs.get(kind);
    const average = before === undefined ? elapsedMs : before + NEWEST_SHARE * (elapsedMs - before);
    this.#averageMs.set(kind, average);
  }

  /** Longest time, in ms, that a tile of this kind may take. */
  limitMs(kind: string, { firstTile, tile }: Deadlines): number {
    const average = this.#averageMs.get(kind);
    return average === undefined ? firstTile : Math.max(tile, TILE_FACTOR * average);
  }
}

/** Longest time in ms for a stage other than inference; undefined if it has no deadline. */
export function stageLimitMs(
  stage: Exclude<JobStage, 'infer'>,
  megapixels: number | undefined,
  deadlines: Deadlines,
): number | undefined {
  if (stage === 'wait') return undefined;
  return Math.max(deadlines[stage], (megapixels ?? 0) * MS_PER_MEGAPIXEL);
}
