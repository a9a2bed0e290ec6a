import { EnlargerError } from '../api/errors.ts';
import type { EnlargementKind } from '../api/models/networkKinds.ts';
import type { ModelSettings } from '../api/jobSettings.ts';
import type { Size } from '../api/image.ts';
import { widestTolerance, type Tolerance } from '../api/models/tolerance.ts';
import { networkModel, type EngineModel } from '../engine/engine.ts';
import { interpolationModel, isInterpolationKernel } from '../engine/interpolation.ts';
import { choosePasses } from '../jobs/planPasses.ts';
import { networkKind } from '../models/manifest.ts';
import { atStrength, findCleaner, findModels, type InstalledModel } from '../models/modelRegistry.ts';
import type { InterpolationKernel } from '../tiling/kernelTaps.ts';

/** Integer factors at which interpolation runs in tiles, like a network; all others take one resampling step. */
const INTERPOLATION_SCALES = [2, 3, 4, 5, 6, 7, 8];

/** How an image gets from one size to another: network passes, then a resampling step to the exact size. */
export interface EnlargementPlan {
  readonly passes: readonly EngineModel[];
  /** Kernel and light of the last step; it is omitted if the passes result in the exact size. */
  readonly finish: { readonly kernel: InterpolationKernel; readonly linearLight: boolean };
  readonly kind: EnlargementKind;
  /** By how much the limits of the verdict are wider than those of that kind. */
  readonly tolerance: Tolerance;
}

/** Reducing on stored values would darken fine detail; light adds up linearly. */
const NETWORK_FINISH = { kernel: 'lanczos', linearLight: true } as const;

function toleranceOf(models: readonly InstalledModel[]): Tolerance {
  return widestTolerance(models.map(({ manifest }) => manifest.proof?.tolerance ?? {}));
}

function planInterpolation(kernel: InterpolationKernel, from: Size, to: Size): EnlargementPlan {
  const scale = INTERPOLATION_SCALES.find(
    (s) => from.width * s === to.width && from.height * s === to.height,
  );
  return {
    passes: scale === undefined ? [] : [interpolationModel(kernel, scale)],
    // On stored values, as in the literature.
    finish: { kernel, linearLight: false },
    kind: 'interpolated',
    tolerance: {},
  };
}

/** The passes of a network that keeps the size: one, if nothing is to be enlarged. */
function planCleaning(models: readonly InstalledModel[], from: Size, to: Size): InstalledModel[] {
  if (to.width <= from.width && to.height <= from.height) return models.slice(0, 1);
  const id = models[0]?.manifest.id ?? '';
  const message = `The model ${id} cleans up and does not enlarge. Run it before one that does: --first ${id}.`;
  throw new EnlargerError('usage/invalid-option', message, { model: id });
}

type RegistryReader = () => Promise<readonly InstalledModel[]>;

/**
 * Chooses the networks for an image.
 *
 * @param readRegistry Only called for networks.
 * @throws EnlargerError `model/…`, or `usage/invalid-option` if a network has no strength or does not suit
 *   its purpose.
 */
export async function planEnlargement(
  choice: ModelSettings,
  readRegistry: RegistryReader,
  from: Size,
  to: Size,
): Promise<EnlargementPlan> {
  const { first = [] } = choice;
  const plan = await planMain(choice, readRegistry, from, to);
  if (first.length === 0) return plan;
  const registry = await readRegistry();
  const cleaners = first.map((name) => findCleaner(registry, name));
  return {
    ...plan,
    passes: [...cleaners.map(networkModel), ...plan.passes],
    kind: 'restoring',
    tolerance: widestTolerance([plan.tolerance, toleranceOf(cleaners)]),
  };
}

async function planMain(
  { model: name, strength }: ModelSettings,
  readRegistry: RegistryReader,
  from: Size,
  to: Size,
): Promise<EnlargementPlan> {
  if (isInterpolationKernel(name)) return planInterpolation(name, from, to);
  const registry = await readRegistry();
  const models = findModels(registry, name).map((model) => atStrength(registry, model, strength));
  if (models.every(({ manifest }) => manifest.scale === 1)) {
    const cleaners = planCleaning(models, from, to);
    return {
      passes: cleaners.map(networkModel),
      finish: NETWORK_FINISH,
      kind: 'restoring',
      tolerance: toleranceOf(cleaners),
    };
  }
  const passes = choosePasses(models, from, to);
  const isRestored = passes.some(({ manifest }) => networkKind(manifest) === 'restoring');
  return {
    passes: passes.map(networkModel),
    finish: NETWORK_FINISH,
    tolerance: toleranceOf(passes),
    kind: isRestored ? 'restoring' : 'faithful',
  };
}
