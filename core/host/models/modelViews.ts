import type { AddedModelView, ModelCard, ModelView } from '../../api/views.ts';
import type { ModelManifest } from '../../models/manifest.ts';
import type { InstalledModel } from '../../models/modelRegistry.ts';
import type { AddOutcome, ModelLibrary } from './modelLibrary.ts';
import path from 'node:path';

function modelView(manifest: ModelManifest, registry: readonly InstalledModel[]): ModelView {
  const { id, family, name, purpose, scale, parameters, licence, psnr, faithful, residual, origin } =
    manifest;
  return {
    ...{ id, family, name, purpose, scale, parameters, licence },
    ...(psnr && { psnr }),
    hasStrength: residual !== undefined || registry.some((other) => other.manifest.id === faithful),
    ...(origin && { isAdded: true, architecture: origin.architecture }),
    ...(origin?.isNonCommercial === true && { isNonCommercial: true }),
  };
}

function modelCard(
  manifest: ModelManifest,
  registry: readonly InstalledModel[],
  photoMs?: number,
): ModelCard {
  const { network, macs, receptiveFieldPx, tiling, files, origin, proof } = manifest;
  const weights = files.find(({ engine }) => engine === 'onnx') ?? files[0];
  return {
    ...modelView(manifest, registry),
    ...{ network, macs, receptiveFieldPx, contextPx: tiling.contextPx, sha256: weights?.sha256 ?? '' },
    ...(origin && {
      origin: {
        ...{ format: origin.format, files: origin.files, addedAt: origin.addedAt },
        ...(origin.author !== undefined && { author: origin.author }),
        ...(origin.source !== undefined && { source: origin.source }),
      },
    }),
    ...(proof && { proof }),
    ...(photoMs !== undefined && { photoMs }),
  };
}

/** Without companions, which are only used through a strength. */
function choices(registry: readonly InstalledModel[]): readonly InstalledModel[] {
  const companions = new Set(registry.map(({ manifest }) => manifest.faithful));
  return registry.filter(({ manifest }) => !companions.has(manifest.id));
}

/** What the picker shows of every model. */
export async function modelViews(library: ModelLibrary): Promise<readonly ModelView[]> {
  const registry = await library.list();
  return choices(registry).map(({ manifest }) => modelView(manifest, registry));
}

/**
 * Everything about every model that the picker shows.
 *
 * @param photoMs Computing time of a photograph, where it is known.
 */
export async function modelCards(
  library: ModelLibrary,
  photoMs: (manifest: ModelManifest) => number | undefined,
): Promise<readonly ModelCard[]> {
  const registry = await library.list();
  return choices(registry).map(({ manifest }) => modelCard(manifest, registry, photoMs(manifest)));
}

/** The outcome for a file, without the folders above it. */
export function addedModelView(outcome: AddOutcome): AddedModelView {
  const fileName = path.basename(outcome.file);
  if (outcome.kind === 'refused') return { fileName, kind: 'refused', error: outcome.error };
  return { fileName, kind: outcome.kind, model: modelCard(outcome.manifest, []) };
}
