import { emptyTile, TILE_CHANNELS, type FloatTile } from '../tiling/floatTile.ts';
import { INTERPOLATION_KERNELS, kernelRadiusPx, type InterpolationKernel } from '../tiling/kernelTaps.ts';
import { resampleRows } from '../tiling/resample.ts';
import type { Device, Engine, EngineModel, LoadedModel, LoadOptions } from './engine.ts';

const DEVICE: Device = {
  id: 'interpolation:cpu',
  engine: 'interpolation',
  provider: 'cpu',
  name: 'Interpolation (exact, no network)',
  kind: 'cpu',
};

/** Whether a model's name on the command line means interpolation. */
export function isInterpolationKernel(name: string): name is InterpolationKernel {
  return INTERPOLATION_KERNELS.some((kernel) => kernel === name);
}

/** One kernel at one integer factor, used like a network. */
export function interpolationModel(kernel: InterpolationKernel, scale: number): EngineModel {
  return {
    id: kernel,
    scale,
    tiling: { contextPx: kernelRadiusPx(kernel), blendPx: 0 },
    source: { kind: 'kernel', kernel },
  };
}

function enlargeTile(tile: FloatTile, kernel: InterpolationKernel, scale: number): FloatTile {
  const to = { width: tile.width * scale, height: tile.height * scale };
  const output = emptyTile(to);
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    const source = plane * tile.width * tile.height;
    let target = plane * to.width * to.height;
    const rows = resampleRows({
      from: tile,
      to,
      channels: 1,
      kernel,
      readRow: (y) => tile.data.subarray(source + y * tile.width, source + (y + 1) * tile.width),
    });
    for (const row of rows) {
      output.data.set(row, target);
      target += to.width;
    }
  }
  return output;
}

function load({ source, scale }: EngineModel, { device }: LoadOptions): Promise<LoadedModel> {
  if (source.kind !== 'kernel')
    return Promise.reject(new TypeError('The interpolation engine runs no networks.'));
  const { kernel } = source;
  return Promise.resolve({
    scale,
    device,
    enlargeTile: (tile) => Promise.resolve(enlargeTile(tile, kernel, scale)),
    dispose: () => Promise.resolve(),
  });
}

/** Exact interpolation behind the same interface as the networks: the baseline in reports, and a quick engine for tests. */
export const interpolationEngine: Engine = {
  id: 'interpolation',
  runs: 'kernel',
  failures: { outOfMemory: [], deviceLost: [] },
  problems: [],
  version: () => '',
  listDevices: () => [DEVICE],
  load,
};
