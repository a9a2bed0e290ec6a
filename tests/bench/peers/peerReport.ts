import type { RoundTimes } from './peerProcess.ts';

/** One peer's rounds, and ours of the same rounds. */
export interface PeerRounds {
  readonly name: string;
  readonly version: string;
  /** How many images each round had. */
  readonly images: number;
  readonly rounds: readonly { readonly ours: RoundTimes; readonly theirs: RoundTimes }[];
  /** How many times as long as ours the peer has to take at least; absent if no ratio is promised. */
  readonly atLeast?: { readonly endToEnd?: number; readonly inference?: number };
}

/** How many times as long as ours a peer took. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly images: number;
  readonly endToEnd: Ratio;
  readonly inference: Ratio;
  /** Sentences on what fell short. */
  readonly shortfalls: readonly string[];
}

function ratioOf(values: readonly number[]): Ratio {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { median, least: sorted[0] ?? NaN, most: sorted.at(-1) ?? NaN };
}

/** Ratios of the rounds: each of ours is compared with the peer's that ran right after it. */
export function peerResult({ name, version, images, rounds, atLeast = {} }: PeerRounds): PeerResult {
  const ratios = {
    endToEnd: ratioOf(rounds.map(({ ours, theirs }) => theirs.endToEndMs / ours.endToEndMs)),
    inference: ratioOf(rounds.map(({ ours, theirs }) => theirs.inferenceMs / ours.inferenceMs)),
  };
  const shortfalls = (['endToEnd', 'inference'] as const).flatMap((kind) => {
    const limit = atLeast[kind];
    if (limit === undefined || ratios[kind].median >= limit) return [];
    return [`${name}, ${kind}: ${ratios[kind].median.toFixed(2)} times, at least ${limit} are promised`];
  });
  return { name, version, images, ...ratios, shortfalls };
}

const ROW_PX = 34;
const LABEL_PX = 280;
const BAR_PX = 420;
const VALUE_PX = 80;
const HEADING_PX = 40;
const HEADING = 'Time end to end, as a multiple of Enlarger’s (logarithmic scale)';

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * A chart of the ratios end to end, on a logarithmic scale: bars from ours, to the right for those that take longer,
 * and lines for the spread.
 */
export function ratioChart(results: readonly PeerResult[]): string {
  const most = Math.max(2, ...results.map(({ endToEnd }) => endToEnd.most));
  const least = Math.min(0.5, ...results.map(({ endToEnd }) => endToEnd.least));
  const at = (ratio: number): number =>
    LABEL_PX + (BAR_PX * Math.log(ratio / least)) / Math.log(most / least);
  const ours = { name: 'Enlarger, fast-x4', endToEnd: { median: 1, least: 1, most: 1 } };
  const bars = [ours, ...results].map(({ name, endToEnd }, index) => {
    const y = HEADING_PX + index * ROW_PX;
    const [from, to] = [Math.min(at(1), at(endToEnd.median)), Math.max(at(1), at(endToEnd.median))];
    return [
      `<text x="${LABEL_PX - 10}" y="${y + 15}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="20" fill="#888"/>`,
      `<path d="M${at(endToEnd.least).toFixed(1)} ${y + 10}H${at(endToEnd.most).toFixed(1)}" stroke="#333"/>`,
      `<text x="${(Math.max(to, at(endToEnd.most)) + 6).toFixed(1)}" y="${y + 15}">${endToEnd.median.toFixed(2)} ×</text>`,
    ].join('');
  });
  const [width, height] = [LABEL_PX + BAR_PX + VALUE_PX, HEADING_PX + bars.length * ROW_PX];
  const baseline = `<path d="M${at(1).toFixed(1)} ${HEADING_PX - 6}V${height - 8}" stroke="#2a7" stroke-width="3"/>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14">` +
    `<title>${HEADING}</title><rect width="${width}" height="${height}" rx="8" fill="#fff"/>` +
    `<text x="16" y="24" fill="#555">${HEADING}</text>${bars.join('')}${baseline}</svg>\n`
  );
}
