import type { JobSettings } from '../api/jobSettings.ts';
import { AUTO_MODEL } from '../api/models/chosenModel.ts';
import { targetSize } from '../api/targetSize.ts';
import { autoFamily } from '../models/autoFamilies.ts';
import type { InstalledModel } from '../models/modelRegistry.ts';
import type { EnlargeJob } from '../pool/messages.ts';
import { DeviceFallbackChain } from './fallbackChain.ts';
import type { ModelCache } from './modelCache.ts';
import { planEnlargement } from './planEnlargement.ts';

/** Any size will do: the networks depend on the factor alone. */
const SAMPLE_SIZE = { width: 64, height: 64 };

/**
 * Loads the networks that a job would run.
 *
 * @throws EnlargerError `model/…` or `engine/…`.
 */
export async function warmModels(job: EnlargeJob, models: ModelCache): Promise<void> {
  const readRegistry = (): Promise<readonly InstalledModel[]> => models.registry(job.modelsFolder);
  const settings = await likelySettings(job.settings, readRegistry);
  const to = targetSize(SAMPLE_SIZE, settings.sizing);
  const { passes } = await planEnlargement(settings, readRegistry, SAMPLE_SIZE, to);
  for (const pass of passes) await new DeviceFallbackChain(pass, { ...job, settings }, models).first();
}

/** Most images are clean, so for `auto` the faithful network is loaded. */
async function likelySettings(
  settings: JobSettings,
  readRegistry: () => Promise<readonly InstalledModel[]>,
): Promise<JobSettings> {
  if (settings.model !== AUTO_MODEL) return settings;
  return { ...settings, model: autoFamily('faithful', await readRegistry()), strength: 1 };
}
