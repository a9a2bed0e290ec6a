import { isModelFileName } from '../../../core/api/models/modelFiles.ts';
import { extensionOf } from '../../../core/api/imageFormats.ts';
import type { ModelCard, ModelView } from '../../../core/api/views.ts';
import type { TextKey } from '../../../core/texts/textKeys.ts';
import { english } from '../../../core/texts/english/english.ts';
import { lastName, type Incoming } from '../draft/incoming.ts';
import type { Texts } from '../texts.svelte.ts';

/** The networks of one family, which a person chooses together: the size decides which of them is used. */
export interface ModelGroup {
  /** Its family. */
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly scales: readonly number[];
  readonly isAdded: boolean;
  /** At least one. */
  readonly cards: readonly [ModelCard, ...ModelCard[]];
}

/** How the host names the architecture of a graph that it does not recognise. */
const OWN_KIND = 'network of its own kind';

function textOr(key: string, fallback: string, texts: Texts): string {
  return key in english ? texts.t(key as TextKey) : fallback;
}

/** The family's name in this language, or the name of its first member. */
export function familyName(family: string, first: Pick<ModelView, 'name'> | undefined, texts: Texts): string {
  return textOr(`model.${family}.name`, (first?.name ?? family).replace(/\s*×\s*\d+$/, ''), texts);
}

/** The purpose of a family. An added network is described by its architecture and what it does. */
export function familyPurpose(family: string, first: ModelView | undefined, texts: Texts): string {
  if (first?.architecture === undefined) {
    return textOr(`model.${family}.purpose`, first?.purpose ?? '', texts);
  }
  const { architecture } = first;
  const kind = architecture === OWN_KIND ? texts.t('models.ownKind') : architecture;
  const use =
    first.scale === 1 ? texts.t('models.cleans') : texts.t('models.enlarges', { scale: first.scale });
  return `${kind} · ${use}`;
}

/** The licence in a form for people. */
export function licenceOf({ licence }: Pick<ModelView, 'licence'>, texts: Texts): string {
  return licence === 'not stated' ? texts.t('models.licence.unknown') : licence;
}

/** All models by family, those that were added first, newest first. */
export function modelGroups(cards: readonly ModelCard[], texts: Texts): readonly ModelGroup[] {
  const byFamily = new Map<string, ModelCard[]>();
  for (const card of cards) byFamily.set(card.family, [...(byFamily.get(card.family) ?? []), card]);
  const groups = [...byFamily].flatMap(([family, [first, ...others]]): ModelGroup[] => {
    if (first === undefined) return [];
    return [
      {
        id: family,
        name: familyName(family, first, texts),
        purpose: familyPurpose(family, first, texts),
        scales: [first, ...others].map(({ scale }) => scale),
        isAdded: first.isAdded === true,
        cards: [first, ...others],
      },
    ];
  });
  const addedAt = ({ cards: [first] }: ModelGroup): string => first.origin?.addedAt ?? '';
  return groups.toSorted((a, b) => addedAt(b).localeCompare(addedAt(a)));
}

/** Whether every word of a search is in the text of a card. */
export function matchesSearch(group: ModelGroup, search: string): boolean {
  const [first] = group.cards;
  const { licence, architecture = '', origin } = first;
  const files = origin?.files.map(({ name }) => name) ?? [];
  const shown = [group.id, group.name, group.purpose, licence, architecture, origin?.author ?? '', ...files];
  const text = [...shown, ...group.scales.map((scale) => `×${scale} x${scale} ${scale}x`)]
    .join(' ')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The name of a dropped item. */
export function nameOfIncoming(incoming: Incoming): string {
  if (incoming.kind === 'file') return incoming.file.name;
  return incoming.kind === 'path' ? lastName(incoming.path) : incoming.name;
}

/**
 * Divides dropped items into files with networks and the rest. On the page of models a folder is one with networks.
 */
export function partIncoming(
  incoming: readonly Incoming[],
  isOnModelsPage: boolean,
): { readonly models: readonly Incoming[]; readonly images: readonly Incoming[] } {
  const isModel = (one: Incoming): boolean => {
    if (one.kind === 'known' || one.kind === 'root') return false;
    const name = nameOfIncoming(one);
    return isModelFileName(name) || (isOnModelsPage && extensionOf(name) === '');
  };
  return { models: incoming.filter(isModel), images: incoming.filter((one) => !isModel(one)) };
}
