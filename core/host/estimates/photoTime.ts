import type { ModelManifest } from '../../models/manifest.ts';
import type { MachineRates } from './machineRates.ts';
import { networkKey } from './rateKeys.ts';

/** The size of a typical photograph. */
const PHOTO_MEGAPIXELS = 12;

/** Images from which the time of a photograph is known: smaller ones spend much of theirs at tile borders. */
const MIN_MEGAPIXELS = 0.5;

/**
 * Computing time of a network for a photograph on the device that was used last, from the images that the network has
 * enlarged there, or undefined if it has enlarged only small ones, or none.
 */
export function photoMs(
  { id, scale }: Pick<ModelManifest, 'id' | 'scale'>,
  { devices, inference }: Pick<MachineRates, 'devices' | 'inference'>,
): number | undefined {
  const rates = Object.values(devices).flatMap((device) => inference[networkKey(device, [id], false)] ?? []);
  const latest = rates.at(-1);
  if (latest === undefined) return undefined;
  // Large images count most: a regression through the origin.
  const usualMegapixels = latest.amountSquared / latest.amount / scale ** 2;
  if (!(usualMegapixels >= MIN_MEGAPIXELS)) return undefined;
  return Math.round((latest.amountCost / latest.amountSquared) * PHOTO_MEGAPIXELS * scale ** 2);
}
