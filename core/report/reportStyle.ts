/** The look of the HTML report: neutral greys, both colour schemes, and paper. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fafafa, #1b1b1b);
  --ink: light-dark(#1b1b1b, #ececec);
  --quiet: light-dark(#595959, #a8a8a8);
  --line: light-dark(#d0d0d0, #444);
  --look: light-dark(#7a4f00, #f0b95b);
  --failed: light-dark(#a3170c, #ff8f85);
  --bar: light-dark(#6f6f6f, #9a9a9a);
}
body { margin: 2rem auto; max-width: 85rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.1rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); max-width: 60rem; }
.table { overflow-x: auto; margin-top: 1.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
td.figure, th.figure { text-align: right; }
td.figure { white-space: nowrap; }
td:nth-child(3) { min-width: 14rem; }
td.name { overflow-wrap: anywhere; min-width: 12rem; }
th button { all: unset; cursor: pointer; font: inherit; font-weight: 600; }
th button:focus-visible, input:focus-visible, a:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
th[aria-sort='ascending'] button::after { content: ' ↑'; }
th[aria-sort='descending'] button::after { content: ' ↓'; }
a { color: inherit; }
.look { color: var(--look); font-weight: 600; }
.failed { color: var(--failed); font-weight: 600; }
.histogram { max-width: 40rem; display: block; }
.histogram rect { fill: var(--bar); }
.histogram text { fill: var(--ink); font-size: 11px; }
figure { margin: 0; }
.pair { display: flex; gap: 1rem; flex-wrap: wrap; }
.pair figure { flex: 1 1 20rem; }
.pair img { width: 100%; height: auto; display: block; }
.slider { display: none; width: 100%; }
.scripted .pair { display: grid; max-width: 40rem; }
.scripted .pair figure { grid-area: 1 / 1; }
.scripted .pair figure.after { clip-path: inset(0 0 0 var(--split, 50%)); }
.scripted .pair figcaption { display: none; }
.scripted .slider { display: block; max-width: 40rem; }
@media print {
  body { margin: 0; max-width: none; }
  .slider { display: none; }
  section, tr { break-inside: avoid; }
}
`;
