import type { ModelManifest } from '../../models/manifest.ts';
import { costOf } from './linearRate.ts';
import type { MachineRates } from './machineRates.ts';
import { networkKey } from './rateKeys.ts';

/** What a person imagines as a photograph. */
const PHOTO_MEGAPIXELS = 12;

/**
 * Computing time of a network for a photograph on the device that was used last, from the images that the network has
 * enlarged there; undefined if there were none.
 */
export function photoMs(
  { id, scale }: Pick<ModelManifest, 'id' | 'scale'>,
  { devices, inference }: Pick<MachineRates, 'devices' | 'inference'>,
): number | undefined {
  const rates = Object.values(devices).flatMap((device) => inference[networkKey(device, [id], false)] ?? []);
  const latest = rates.at(-1);
  return latest && Math.round(costOf(latest, PHOTO_MEGAPIXELS * scale * scale));
}
