import type { JobSettings } from '../api/jobSettings.ts';
import type { Size } from '../api/image.ts';
import { networkModel, type EngineModel } from '../engine/engine.ts';
import { interpolationModel, isInterpolationKernel } from '../engine/interpolation.ts';
import { planPasses } from '../jobs/planPasses.ts';
import { atStrength, findModels, readModelRegistry } from '../models/modelRegistry.ts';
import type { InterpolationKernel } from '../tiling/resample.ts';

/** Whole factors at which interpolation runs in tiles, like a network; all others take one resampling step. */
const INTERPOLATION_SCALES = [2, 3, 4, 5, 6, 7, 8];

/** How an image gets from one size to another: network passes, then a resampling step to the exact size. */
export interface EnlargementPlan {
  readonly passes: readonly EngineModel[];
  /** Kernel and light of the last step; it is left out where the passes give the exact size. */
  readonly finish: { readonly kernel: InterpolationKernel; readonly linearLight: boolean };
}

function planInterpolation(kernel: InterpolationKernel, from: Size, to: Size): EnlargementPlan {
  const scale = INTERPOLATION_SCALES.find(
    (s) => from.width * s === to.width && from.height * s === to.height,
  );
  return {
    passes: scale === undefined ? [] : [interpolationModel(kernel, scale)],
    // As the literature does it: on the values as they are stored.
    finish: { kernel, linearLight: false },
  };
}

/**
 * Chooses the models for an image.
 *
 * @throws EnlargerError `model/…`, or `usage/invalid-option` where a network knows no strength.
 */
export async function planEnlargement(
  { model: name, strength }: Pick<JobSettings, 'model' | 'strength'>,
  modelsFolder: string,
  from: Size,
  to: Size,
): Promise<EnlargementPlan> {
  if (isInterpolationKernel(name)) return planInterpolation(name, from, to);
  const registry = await readModelRegistry(modelsFolder);
  const models = findModels(registry, name).map((model) => atStrength(registry, model, strength));
  const scales = planPasses(from, to, [...new Set(models.map(({ manifest }) => manifest.scale))]);
  const passes = scales.flatMap((scale) =>
    models.filter(({ manifest }) => manifest.scale === scale).slice(0, 1),
  );
  // Reducing on stored values would darken fine detail; light adds up linearly.
  return { passes: passes.map(networkModel), finish: { kernel: 'lanczos', linearLight: true } };
}
