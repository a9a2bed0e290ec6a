import type { EnlargeJob } from './messages.ts';

const MIN_TILE_PX = 64;

/** What `auto` becomes when it has to be halved: windows have 443 pixels a side then (`core/tiling/planPass.ts`). */
const HALF_OF_AUTO_PX = 256;

/** @returns Undefined if an even smaller tile would not help. */
export function halfTile(tile: 'auto' | number): number | undefined {
  if (tile === 'auto') return HALF_OF_AUTO_PX;
  return tile <= MIN_TILE_PX ? undefined : Math.max(MIN_TILE_PX, Math.floor(tile / 2));
}

function smaller(a: 'auto' | number, b: 'auto' | number): 'auto' | number {
  if (a === 'auto') return b;
  return b === 'auto' ? a : Math.min(a, b);
}

/**
 * Remembers the tiles at which the memory of a device is enough for a model, so that it runs out once and not each
 * time.
 */
export class TileLimits {
  readonly #limits = new Map<string, number>();

  /** The tile for a job: its own, or the largest that is known to fit. */
  tileFor(job: EnlargeJob, tile: 'auto' | number): 'auto' | number {
    return smaller(tile, this.#limits.get(keyOf(job)) ?? 'auto');
  }

  remember(job: EnlargeJob, tile: number): void {
    this.#limits.set(keyOf(job), tile);
  }
}

function keyOf({ settings }: EnlargeJob): string {
  return `${settings.device}\n${settings.model}`;
}
