import type { ImageReport, PassRecord } from '../api/report.ts';
import { markup, trusted, type Markup } from './markup.ts';
import type { ReportWords } from './reportWords.ts';

/**
 * Lists the networks of a batch that someone added, with their authors and licences: what a licence permits concerns
 * the results too. Empty without added networks, and for reports from before licences were recorded.
 */
export function addedNetworks(reports: readonly ImageReport[], words: ReportWords): Markup {
  const added = new Map<string, PassRecord>();
  for (const pass of reports.flatMap(({ passes }) => passes)) {
    // An id may have stood for different networks over time; each is listed.
    if (pass.licence !== undefined) added.set(JSON.stringify([pass.id, pass.author, pass.licence]), pass);
  }
  if (added.size === 0) return trusted('');
  const items = [...added.values()].map(
    (pass) => markup`<li><b><bdi>${pass.id}</bdi></b> ${termsOf(pass, words)}</li>\n`,
  );
  return markup`<h2>${words.text('page.added')}</h2>
<ul>
${items}</ul>
`;
}

function termsOf({ author, licence = '', isNonCommercial }: PassRecord, words: ReportWords): string {
  return [
    ...(author === undefined ? [] : [words.text('page.added.author', { author: author })]),
    words.text('page.added.licence', { licence: licence }),
    ...(isNonCommercial === true ? [words.text('page.added.nonCommercial')] : []),
  ].join(' · ');
}
