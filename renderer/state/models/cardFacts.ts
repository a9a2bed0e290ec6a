import type { ModelCard } from '../../../core/api/views.ts';
import type { Texts } from '../texts.svelte.ts';
import type { ModelGroup } from './modelGroups.ts';

/** A line of a card. */
export interface CardFact {
  readonly label: string;
  readonly value: string;
  /** A number or name that is copied rather than read. */
  readonly isCode?: true;
}

function known(facts: readonly (CardFact | undefined)[]): readonly CardFact[] {
  return facts.filter((fact) => fact !== undefined);
}

function speedOf({ proof }: ModelCard, texts: Texts, nameOf: (deviceId: string) => string): string {
  return Object.entries(proof?.megapixelsPerSecond ?? {})
    .map(([device, speed]) => `${texts.number(speed, speed < 1 ? 3 : 2)} MP/s · ${nameOf(device)}`)
    .join(', ');
}

/** The time for a photograph, if the network has run on this machine. */
function photoTime(cards: readonly ModelCard[], texts: Texts): CardFact | undefined {
  const measured = cards.find(({ photoMs }) => photoMs !== undefined);
  if (measured?.photoMs === undefined) return undefined;
  const value = `${texts.about(measured.photoMs)} (×${measured.scale})`;
  return { label: texts.t('models.fact.photo'), value };
}

/** Weights of all scales: one number, or the smallest and the largest. */
function weightsOf(cards: readonly ModelCard[], texts: Texts): string {
  const counts = cards.map(({ parameters }) => parameters).sort((a, b) => a - b);
  const ends = [counts[0] ?? 0, counts.at(-1) ?? 0].map((count) => texts.compact(count));
  return [...new Set(ends)].join('–');
}

/** Its arithmetic compared with that of the fast network of the same scale. */
function workOf({ macs, scale }: ModelCard, all: readonly ModelCard[], texts: Texts): CardFact | undefined {
  const fast = all.find((other) => other.family === 'fast' && other.scale === scale);
  if (fast === undefined || fast.macs === macs) return undefined;
  const times = macs / fast.macs;
  const value = texts.t('models.fact.work.times', { times: texts.number(times, times < 10 ? 1 : 0) });
  return { label: texts.t('models.fact.work'), value };
}

interface CardContext {
  readonly texts: Texts;
  readonly nameOf: (deviceId: string) => string;
  /** All cards, for comparison. */
  readonly all: readonly ModelCard[];
}

/** The facts that matter most for choosing a model: its size, its speed on this machine, and where it comes from. */
export function cardFacts({ cards }: ModelGroup, { texts, nameOf, all }: CardContext): readonly CardFact[] {
  const { t } = texts;
  const [first] = cards;
  const speed = speedOf(first, texts, nameOf);
  const { origin } = first;
  return known([
    photoTime(cards, texts),
    workOf(first, all, texts),
    { label: t('models.fact.weights'), value: weightsOf(cards, texts) },
    speed === '' ? undefined : { label: t('models.fact.speed'), value: speed },
    origin?.author === undefined ? undefined : { label: t('models.fact.author'), value: origin.author },
    origin === undefined
      ? undefined
      : { label: t('models.fact.origin'), value: origin.files.map(({ name }) => name).join(', ') },
    origin?.source === undefined ? undefined : { label: t('models.fact.source'), value: origin.source },
  ]);
}

function tilesOf({ proof }: ModelCard, texts: Texts): string | undefined {
  if (proof === undefined || proof.isExact) return texts.t('models.fact.tiles.exact');
  if (proof.tileDifference === null) return texts.t('models.fact.tiles.fixed');
  const share = `${texts.number(100 * proof.tileDifference, 2)}%`;
  return texts.t('models.fact.tiles.approximate', { share });
}

/** All other facts about a network. */
export function cardDetails(card: ModelCard, texts: Texts): readonly CardFact[] {
  const { t } = texts;
  const { proof, psnr, origin } = card;
  return known([
    { label: t('models.fact.network'), value: card.network },
    { label: t('models.fact.macs'), value: texts.compact(card.macs) },
    { label: t('models.fact.receptiveField'), value: `${card.receptiveFieldPx} px` },
    { label: t('models.fact.tiles'), value: tilesOf(card, texts) ?? '' },
    psnr === undefined
      ? undefined
      : {
          label: t('models.fact.psnr'),
          value: `${texts.number(psnr.set5, 2)} / ${texts.number(psnr.set14, 2)} dB`,
        },
    proof === undefined
      ? undefined
      : { label: t('models.fact.drift'), value: `${texts.number(100 * proof.meanDrift, 1)}%` },
    proof === undefined || proof.reading === ''
      ? undefined
      : { label: t('models.fact.reading'), value: proof.reading },
    origin === undefined
      ? undefined
      : { label: t('models.fact.added'), value: texts.clock(Date.parse(origin.addedAt)) },
    { label: t('models.fact.sha256'), value: card.sha256, isCode: true },
  ]);
}
