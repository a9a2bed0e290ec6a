const MAX_NAME_BYTES = 200;

/** The length of a text in UTF-8, in bytes. */
function byteLength(text: string): number {
  let sum = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    sum += 1 + Number(point >= 0x80) + Number(point >= 0x800) + Number(point >= 0x10000);
  }
  return sum;
}

/** Name and ending; a name that only begins with a dot has none. */
function splitEnding(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}

/**
 * A name that is one on every system; the ending is kept. Everything that could mean a place or a device is taken out.
 */
export function safeFileName(name: string): string {
  const base = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, '_')
    .replace(/^[. ]+/, '_')
    .replace(/[. ]+$/, '');
  const plain = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(base) ? `_${base}` : base;
  const [stem, ending] = splitEnding(plain === '' ? 'picture' : plain);
  let kept = '';
  for (const character of stem) {
    if (byteLength(kept + character + ending) > MAX_NAME_BYTES) break;
    kept += character;
  }
  return kept === '' ? `image${ending.slice(0, 16)}` : kept + ending;
}
