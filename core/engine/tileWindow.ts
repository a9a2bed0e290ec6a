import { MAX_WINDOW_PX, type TileWindow } from '../tiling/planPass.ts';
import type { Device, EngineModel } from './engine.ts';
import { findGraphicsCards, type GraphicsCard } from './graphicsCards.ts';

/** Sides of windows on graphics devices: few enough to be compiled for once, close enough to waste little. */
export const WINDOW_SIDES_PX = [64, 96, 128, 160, 192, 224, 256, 320, 384, 448] as const;

/** Share of the free memory that a run may take: images, other workers and other programs need the rest. */
const MEMORY_SHARE = 0.25;

/** Assumed for a card that does not report its memory: shared with the processor, or not known to the system. */
const UNKNOWN_CARD_BYTES = 1024 ** 3;

/** `fast-x4` takes 2.1 kB for each pixel of its window on ONNX Runtime (docs/models.md) and 198,000 multiplications. */
const MIN_BYTES_PER_PX = 2_500;
const MACS_PER_BYTE = 50;

/** Manifests count multiply-accumulates for an image of this many pixels. */
const COUNTED_PX = 64 * 64;

/** Memory beyond what a proof measured on a small image: larger ones fit less well into what is kept. */
const MEASURED_RESERVE = 1.5;

/** Seconds that one tile may take on a processor. */
const MAX_TILE_SECONDS = 20;

/** A slow network's window is not reduced below this share of its side. */
const MIN_KEPT_PX = 96;

/** A smaller window is mostly context. */
const MIN_WINDOW_PX = 64 * 64;

/**
 * Memory that a run of a network needs for each pixel of its window: an estimate from its arithmetic, on the high side.
 */
export function runBytesPerPx({ source }: EngineModel): number {
  if (source.kind === 'kernel') return MIN_BYTES_PER_PX;
  const measured = source.model.manifest.proof?.bytesPerPx;
  if (measured !== undefined) return MEASURED_RESERVE * measured;
  return Math.max(MIN_BYTES_PER_PX, source.model.manifest.macs / COUNTED_PX / MACS_PER_BYTE);
}

async function freeBytes({ kind, provider }: Device): Promise<number> {
  if (kind === 'cpu') return process.availableMemory();
  const cards = await findGraphicsCards();
  const isIts = ({ isNvidia }: GraphicsCard): boolean => provider !== 'cuda' || isNvidia;
  const card = cards.find(isIts);
  return card?.freeBytes ?? card?.memoryBytes ?? UNKNOWN_CARD_BYTES;
}

/** The largest window that a model may have with this much free memory. */
export function windowWithin(freeMemoryBytes: number, model: EngineModel): number {
  const fittingPx = Math.floor((freeMemoryBytes * MEMORY_SHARE) / runBytesPerPx(model));
  return Math.min(Math.max(fittingPx, MIN_WINDOW_PX), MAX_WINDOW_PX);
}

/**
 * The largest window for a slow network, by the speed measured when it was proven: a cancelled job ends
 * with the tile under way, and progress advances with each tile.
 */
function windowInTime({ source, scale, tiling }: EngineModel, { kind, id }: Device): number {
  const proof = source.kind === 'network' ? source.model.manifest.proof : undefined;
  const pace = proof?.megapixelsPerSecond[id];
  if (kind !== 'cpu' || pace === undefined) return MAX_WINDOW_PX;
  const pixels = (pace * 1e6 * MAX_TILE_SECONDS) / scale ** 2;
  // A window that is mostly context would take longer overall.
  const overlapPx = 2 * tiling.contextPx + tiling.blendPx;
  return Math.max(pixels, (overlapPx + MIN_KEPT_PX) ** 2);
}

/** How large windows may be on a device, by its free memory now; on graphics devices in a few shapes only. */
export async function tileWindow(device: Device, model: EngineModel): Promise<TileWindow> {
  const areaPx = Math.floor(
    Math.min(windowWithin(await freeBytes(device), model), windowInTime(model, device)),
  );
  return device.kind === 'cpu' ? { areaPx } : { areaPx, sidesPx: WINDOW_SIDES_PX };
}
