import { targetSize } from '../jobs/targetSize.ts';
import type { EnlargeJob } from '../pool/messages.ts';
import { DeviceFallbackChain } from './fallbackChain.ts';
import type { ModelCache } from './modelCache.ts';
import { planEnlargement } from './planEnlargement.ts';

/** Any size does: a network is the same for all images that are to be enlarged as much. */
const SAMPLE_SIZE = { width: 64, height: 64 };

/**
 * Loads the networks that a job would run.
 *
 * @throws EnlargerError `model/…` or `engine/…`.
 */
export async function warmModels(job: EnlargeJob, models: ModelCache): Promise<void> {
  const { settings, modelsFolder } = job;
  const to = targetSize(SAMPLE_SIZE, settings.sizing);
  const { passes } = await planEnlargement(settings, modelsFolder, SAMPLE_SIZE, to);
  for (const pass of passes) await new DeviceFallbackChain(pass, job, models).first();
}
