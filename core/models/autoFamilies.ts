import type { Treatment } from '../api/models/chosenModel.ts';
import type { InstalledModel } from './modelRegistry.ts';

/** The families for each treatment, in order of preference: the first family with an installed network is used. */
const FAMILIES: Readonly<Record<Treatment, readonly [string, ...string[]]>> = {
  faithful: ['fast'],
  photo: ['photo', 'fast'],
  art: ['art', 'photo', 'fast'],
};

/** The family for a treatment; the last in the list if the registry has none of them, so that the error names it. */
export function autoFamily(treatment: Treatment, registry: readonly InstalledModel[]): string {
  const families = FAMILIES[treatment];
  const isThere = (family: string): boolean => registry.some(({ manifest }) => manifest.family === family);
  return families.find(isThere) ?? FAMILIES.faithful[0];
}

/** Every network that may be chosen for an image. */
export function autoModels(registry: readonly InstalledModel[]): readonly InstalledModel[] {
  const families = new Set(Object.values(FAMILIES).flat());
  return registry.filter(({ manifest }) => families.has(manifest.family));
}
