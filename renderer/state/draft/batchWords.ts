import type { Capabilities, ProgramInfo } from '../../../core/api/contract.ts';
import type { Destination } from '../../../core/api/batchSpec.ts';
import type { Sizing } from '../../../core/api/jobSettings.ts';
import type { Texts } from '../texts.svelte.ts';
import type { PresetBatch } from './batchOptions.svelte.ts';
import { modelChoices } from './modelChoices.ts';

export interface BatchWordsContext {
  readonly info: Pick<ProgramInfo, 'models' | 'roots'> & { readonly capabilities: Capabilities };
  readonly texts: Texts;
}

/** A size in a few words: `×4`, `3840 px wide`. */
function sizingWords(sizing: Sizing, { t, number, size }: Texts): string {
  switch (sizing.kind) {
    case 'factor':
      return `×${number(sizing.factor, sizing.factor % 1 === 0 ? 0 : 1)}`;
    case 'width':
      return `${t('size.width')} ${sizing.width} px`;
    case 'height':
      return `${t('size.height')} ${sizing.height} px`;
    case 'fit':
      return `${size(sizing)} px`;
    case 'long-edge':
    case 'short-edge':
      return `${t(`size.${sizing.kind}`)} ${sizing.edge} px`;
    case 'print':
      return `${sizing.width} × ${sizing.height} ${sizing.unit} · ${sizing.dotsPerInch} dpi`;
    case 'megapixels':
      return `${number(sizing.megapixels, sizing.megapixels % 1 === 0 ? 0 : 1)} MP`;
  }
}

/** Where results go, as the destination field names it. */
function destinationWords(destination: Destination, { info, texts }: BatchWordsContext): string {
  switch (destination.kind) {
    case 'beside':
      return texts.t('destination.besideFolder', { folder: destination.folderName });
    case 'path':
      return destination.path;
    case 'root': {
      const root = info.roots.find(({ id }) => id === destination.rootId)?.name ?? '';
      return [root, destination.relative].filter((part) => part !== '').join('/');
    }
    case 'downloads':
      return texts.t('destination.downloads');
  }
}

/** How much larger, and with which models: `×4 · Fast`. */
export function enlargingWords(
  { settings }: Pick<PresetBatch, 'settings'>,
  { texts, info }: { readonly info: Pick<ProgramInfo, 'models'>; readonly texts: Texts },
): string {
  const model = modelChoices(info.models, settings.model, texts).find(({ id }) => id === settings.model);
  const first = (settings.first ?? []).map((name) => info.models.find(({ id }) => id === name)?.name ?? name);
  const models = [...first, model?.name ?? settings.model].join(' → ');
  return `${sizingWords(settings.sizing, texts)} · ${models}`;
}

/** The settings of a batch in one line: `×4 · Fast · Same as original → “enlarged” folder …`. */
export function batchWords(batch: PresetBatch, context: BatchWordsContext): string {
  const { format } = batch.settings;
  const saved = format === 'same' ? context.texts.t('format.same') : format.toUpperCase();
  return `${enlargingWords(batch, context)} · ${saved} → ${destinationWords(batch.destination, context)}`;
}
