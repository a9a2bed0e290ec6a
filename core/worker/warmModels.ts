import { targetSize } from '../jobs/targetSize.ts';
import type { EnhanceJob } from '../pool/messages.ts';
import { DeviceLadder } from './deviceLadder.ts';
import type { ModelCache } from './modelCache.ts';
import { planEnlargement } from './planEnlargement.ts';

/** Any size does: a network is the same for all pictures that are to be enlarged as much. */
const SAMPLE_SIZE = { width: 64, height: 64 };

/**
 * Loads the networks that a job would run.
 *
 * @throws EnhancerError `model/…` or `engine/…`.
 */
export async function warmModels(job: EnhanceJob, models: ModelCache): Promise<void> {
  const { settings, modelsFolder } = job;
  const to = targetSize(SAMPLE_SIZE, settings.sizing);
  const { passes } = await planEnlargement(settings, modelsFolder, SAMPLE_SIZE, to);
  for (const pass of passes) await new DeviceLadder(pass, job, models).first();
}
