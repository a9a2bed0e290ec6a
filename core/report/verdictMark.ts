import type { VerdictKind } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { ReportWords } from './reportWords.ts';

const ICONS: Readonly<Record<VerdictKind | 'unmeasured', string>> = {
  ok: '✓',
  look: '◐',
  failed: '✕',
  unmeasured: '·',
};

/** A verdict by icon and word: colour alone says nothing to many people, and nothing on paper. */
export function verdictMark(verdict: VerdictKind | 'unmeasured', words: ReportWords): string {
  const icon = `<span aria-hidden="true">${ICONS[verdict]}</span>`;
  return `<span class="verdict ${verdict}">${icon} ${escapeHtml(words.verdicts[verdict])}</span>`;
}
