/**
 * The look of the HTML report: neutral greys without a tint, so that colours can be judged; one accent, for controls;
 * both colour schemes, and paper.
 */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#e4e4e4, #161616);
  --sheet: light-dark(#f1f1f1, #202020);
  --mat: light-dark(#d2d2d2, #0c0c0c);
  --ink: light-dark(#1a1a1a, #dedede);
  --quiet: light-dark(#4f4f4f, #a3a3a3);
  --line: light-dark(#c4c4c4, #363636);
  --bar: light-dark(#7a7a7a, #8c8c8c);
  --accent: light-dark(#0b5cad, #6fb2f2);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Noto Sans TC", "PingFang TC",
  "Microsoft JhengHei", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 84rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.75rem; font-weight: 600; letter-spacing: -0.01em; margin: 0; }
h2 { font-size: 0.95rem; font-weight: 600; margin: 2rem 0 0.6rem; }
h3 { font-size: 1.05rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
p { margin: 0.25rem 0; }
.quiet { color: var(--quiet); }
.top { display: flex; flex-wrap: wrap; gap: 2rem 5rem; align-items: flex-end; justify-content: space-between; }
.top h2 { margin-top: 0; }
.counts { display: flex; flex-wrap: wrap; gap: 0.5rem; list-style: none; margin: 1.25rem 0 0; padding: 0; }
.counts li { font-size: 1rem; }
.counts b { font-size: 1.35rem; font-weight: 600; }
html:not(.scripted) .counts li { margin-right: 1.25rem; }
.counts button { font: inherit; color: inherit; background: none; cursor: pointer; border: 1px solid var(--line);
  border-radius: 6px; padding: 0.2rem 0.8rem; }
.counts button:hover { border-color: var(--quiet); }
.counts button[aria-pressed='true'] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.verdict { white-space: nowrap; }
.verdict.look, .verdict.failed { font-weight: 600; }
.chart { flex: 0 1 31rem; }
.chart p { font-size: 0.8rem; margin: 0; }
.histogram { width: 100%; display: block; }
.histogram rect { fill: var(--bar); }
.histogram text { fill: var(--ink); font-size: 12px; text-anchor: middle; }
.histogram .axis { fill: var(--quiet); font-size: 11px; }
.table { overflow: auto; max-height: 26rem; background: var(--sheet); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
thead th { position: sticky; top: 0; background: var(--sheet); font-size: 0.8rem; color: var(--quiet); font-weight: 600;
  box-shadow: inset 0 -1px var(--line); vertical-align: bottom; }
th, td { padding: 0.4rem 0.75rem; text-align: left; vertical-align: top; }
tbody tr + tr td { border-top: 1px solid var(--line); }
.figure { text-align: right; }
td.figure { white-space: nowrap; }
td.why { min-width: 13rem; }
td.name { overflow-wrap: anywhere; min-width: 11rem; }
th button { all: unset; cursor: pointer; }
th button:hover { color: var(--ink); }
th[aria-sort='ascending'] button::after { content: ' ↑'; }
th[aria-sort='descending'] button::after { content: ' ↓'; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
article { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(17rem, 1fr); gap: 1rem 2rem; padding: 2.5rem 0;
  border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 44rem; }
article[hidden], tr[hidden] { display: none; }
article header { grid-column: 1 / -1; }
article header p { margin: 0.15rem 0 0; }
figure { margin: 0; }
img { display: block; max-width: 100%; height: auto; background: var(--mat); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; aspect-ratio: auto !important; }
.pair img { width: 100%; }
figcaption { font-size: 0.8rem; color: var(--quiet); margin-top: 0.3rem; }
figcaption b { color: var(--ink); font-weight: 600; }
.slider { display: none; }
.scripted .pair { display: block; position: relative; overflow: hidden; --split: 50%; }
.scripted .pair figure.after { position: absolute; inset: 0; clip-path: inset(0 0 0 var(--split)); }
.scripted .pair::after { content: ''; position: absolute; inset: 0 auto 0 var(--split); width: 2px; margin-left: -1px;
  background: #fff; box-shadow: 0 0 0 1px #0006; pointer-events: none; }
.scripted .pair figcaption { position: absolute; bottom: 0.6rem; margin: 0; padding: 0 0.5rem; border-radius: 3px;
  color: #fff; background: #000a; }
.scripted .pair .before figcaption { left: 0.6rem; }
.scripted .pair .after figcaption { right: 0.6rem; }
.scripted .slider { display: block; position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0;
  cursor: ew-resize; }
.pair:has(.slider:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.maps { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; margin-top: 0.75rem; }
.maps img { width: 100%; }
.reasons { margin: 0 0 1rem; padding: 0.6rem 1rem 0.6rem 2rem; background: var(--sheet); border-radius: 6px;
  font-weight: 600; }
dl { margin: 0.5rem 0 1.25rem; }
dl div { padding: 0.3rem 0; }
dt { font-size: 0.8rem; color: var(--quiet); }
dd { margin: 0; }
dd b { font-weight: 600; }
.crop { margin-top: 1rem; }
.crop div { display: grid; grid-template-columns: repeat(2, minmax(0, max-content)); gap: 4px; }
.crop img { image-rendering: pixelated; }
.failures { padding-left: 1.2rem; overflow-wrap: anywhere; }
code { font-size: 0.85em; color: var(--quiet); }
footer { color: var(--quiet); font-size: 0.85rem; max-width: 46rem; }
footer h2 { color: var(--ink); }
@media (max-width: 52rem) {
  article { grid-template-columns: minmax(0, 1fr); }
  main { padding: 1.25rem 1rem; }
}
/* A table of nine columns is a list on a phone: each image with its figures below. */
@media screen and (max-width: 40rem) {
  h1 { font-size: 1.4rem; }
  .top { gap: 1.25rem; }
  .chart { flex-basis: 100%; }
  .table { max-height: none; overflow: visible; }
  table, tbody { display: block; }
  html:not(.scripted) thead { display: none; }
  thead tr { display: flex; flex-wrap: wrap; padding: 0.4rem; border-bottom: 1px solid var(--line); }
  thead th { position: static; padding: 0.25rem 0.5rem; box-shadow: none; }
  tbody tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.2rem 0.75rem; padding: 0.75rem; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tbody tr + tr td, td { padding: 0; border: 0; }
  td.name { min-width: 0; font-weight: 600; }
  td.why { grid-column: 1 / -1; min-width: 0; }
  td.why:empty { display: none; }
  td.figure { grid-column: 1 / -1; display: flex; justify-content: space-between; gap: 1rem; font-size: 0.85rem; }
  td.figure::before { content: attr(data-name); color: var(--quiet); }
  .maps { grid-template-columns: minmax(0, 1fr); }
  article { padding: 1.75rem 0; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --sheet: #fff; --accent: #1a1a1a; }
  main { max-width: none; padding: 0; }
  .table { max-height: none; overflow: visible; font-size: 0.75rem; }
  thead th { position: static; }
  .scripted .pair { display: grid; }
  .scripted .pair figure.after { position: static; clip-path: none; }
  .scripted .pair::after, .slider { display: none; }
  .scripted .pair figcaption { position: static; color: inherit; background: none; padding: 0; }
  article { content-visibility: visible; padding: 1rem 0; }
  article, tr { break-inside: avoid; }
  .counts button { border: 0; box-shadow: none !important; }
}
`;
