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

/** Name and extension; a dot at the start does not begin an extension. */
function splitEnding(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}

/**
 * A name that is valid on every system and cannot refer to a folder or a device; the extension is kept.
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
