import type { Raster } from '../api/image.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import { AUTO_MODEL, type ChosenModel } from '../api/models/chosenModel.ts';
import { rasterStore } from '../image/rowStore.ts';
import { autoFamily } from '../models/autoFamilies.ts';
import { knowsStrength } from '../models/manifest.ts';
import type { InstalledModel } from '../models/modelRegistry.ts';
import { chooseTreatment } from '../quality/choosing/chooseTreatment.ts';
import { imageCondition } from '../quality/estimates/imageCondition.ts';
import { imageRows } from './measureResult.ts';

/** Settings that name a model, and how it was chosen if the settings left that to the program. */
export interface ChosenSettings {
  readonly settings: JobSettings;
  readonly choice?: ChosenModel;
}

/**
 * Chooses a model for an image if the settings contain `auto`; others are returned unchanged.
 *
 * @param source The whole image.
 */
export async function chooseModel(
  settings: JobSettings,
  source: Raster,
  readRegistry: () => Promise<readonly InstalledModel[]>,
): Promise<ChosenSettings> {
  if (settings.model !== AUTO_MODEL) return { settings };
  const registry = await readRegistry();
  const condition = imageCondition(imageRows(rasterStore(source)));
  const { treatment, reason } = chooseTreatment(condition);
  const family = autoFamily(treatment, registry);
  const members = registry.filter(({ manifest }) => manifest.family === family);
  const hasStrength = members.some(({ manifest }) => knowsStrength(manifest));
  const strength = hasStrength ? settings.strength : 1;
  return {
    settings: { ...settings, model: family, strength },
    choice: { family, strength, reason, ...condition },
  };
}
