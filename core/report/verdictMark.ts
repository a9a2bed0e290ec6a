import type { VerdictKind } from '../api/report.ts';
import { markup, type Markup } from './markup.ts';
import type { ReportWords } from './reportWords.ts';

const ICONS: Readonly<Record<VerdictKind | 'unmeasured', string>> = {
  ok: '✓',
  look: '◐',
  failed: '✕',
  unmeasured: '·',
};

/**
 * A verdict as icon and word: colour alone means nothing to many people, or on paper.
 *
 * @param word Another word, such as a plural.
 */
export function verdictMark(
  verdict: VerdictKind | 'unmeasured',
  words: ReportWords,
  word = words.verdict(verdict),
): Markup {
  return markup`<span class="verdict ${verdict}"><span aria-hidden="true">${ICONS[verdict]}</span> ${word}</span>`;
}
