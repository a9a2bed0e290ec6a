/** Names up to this length have room everywhere. */
const SHORT = 20;
/** The end that distinguishes names: a number and the extension. */
const END = 10;

const segmenter = new Intl.Segmenter();

/** A file name in two parts, of which only the first may be cut off; short names have one part. */
export function splitName(name: string): { readonly start: string; readonly end: string } {
  if (name.length <= SHORT) return { start: name, end: '' };
  const letters = [...segmenter.segment(name)].map(({ segment }) => segment);
  if (letters.length <= SHORT) return { start: name, end: '' };
  return { start: letters.slice(0, -END).join(''), end: letters.slice(-END).join('') };
}
