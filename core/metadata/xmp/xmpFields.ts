/**
 * The text of a structure with the values of some of its simple fields replaced, whether they are attributes or elements.
 * Names are qualified and safe in a pattern.
 *
 * @param replace The new value, or undefined to leave the field as it is.
 */
export function replaceFields(
  text: string,
  names: readonly string[],
  replace: (name: string, value: string) => string | undefined,
): string {
  const any = names.join('|');
  const attribute = new RegExp(`(\\s(${any})\\s*=\\s*)(["'])([^"'<]*)\\3`, 'g');
  const element = new RegExp(`(<(${any})(?:\\s[^<>]*)?>)([^<]*)(?=</\\2\\s*>)`, 'g');
  return text
    .replace(attribute, (whole, before: string, name: string, quote: string, value: string) => {
      const replaced = replace(name, value);
      return replaced === undefined ? whole : `${before}${quote}${replaced}${quote}`;
    })
    .replace(element, (whole, before: string, name: string, value: string) => {
      const replaced = replace(name, value);
      return replaced === undefined ? whole : `${before}${replaced}`;
    });
}

/** The simple fields of a structure by their qualified names. */
export function fieldsOf(text: string, names: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  replaceFields(text, names, (name, value) => {
    found.set(name, value.trim());
    return undefined;
  });
  return found;
}

/** Where the end tags of each name end, the last one first. */
function endsByName(text: string): Map<string, number[]> {
  const ends = new Map<string, number[]>();
  for (const { 0: tag, 1: name = '', index } of text.matchAll(/<\/([\w-]+:[\w-]+)\s*>/g)) {
    const ofName = ends.get(name);
    if (ofName === undefined) ends.set(name, [index + tag.length]);
    else ofName.push(index + tag.length);
  }
  for (const ofName of ends.values()) ofName.reverse();
  return ends;
}

/**
 * The text with each element of some qualified names, with all that is in it, replaced. An element without an end tag stays
 * as it is.
 *
 * [Note: Packets are searched once] A pattern for whole elements would search the rest of the packet for the end of each
 * one, which takes minutes in a packet of a megabyte that has thousands of elements without an end.
 */
export function replaceElements(
  text: string,
  isMeant: (name: string) => boolean,
  replace: (element: string) => string,
): string {
  let ends: ReadonlyMap<string, number[]> | undefined;
  const parts: string[] = [];
  let copiedTo = 0;
  for (const { 0: tag, 1: name = '', index } of text.matchAll(/<([\w-]+:[\w-]+)(?:\s[^<>]*|\/)?>/g)) {
    if (index < copiedTo || !isMeant(name)) continue;
    ends ??= endsByName(text);
    const ofName = ends.get(name) ?? [];
    const tagEnd = index + tag.length;
    while ((ofName.at(-1) ?? Infinity) <= tagEnd) ofName.pop();
    const end = tag.endsWith('/>') ? tagEnd : ofName.at(-1);
    if (end === undefined) continue;
    parts.push(text.slice(copiedTo, index), replace(text.slice(index, end)));
    copiedTo = end;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copiedTo);
}

/** The text without the attributes of some qualified names. */
export function withoutAttributes(text: string, isMeant: (name: string) => boolean): string {
  const value = /"[^"]*"|'[^']*'/y;
  const parts: string[] = [];
  let copiedTo = 0;
  for (const { 0: start, 1: name = '', index } of text.matchAll(/\s([\w-]+:[\w-]+)\s*=\s*/g)) {
    value.lastIndex = index + start.length;
    if (index < copiedTo || !isMeant(name) || !value.test(text)) continue;
    parts.push(text.slice(copiedTo, index));
    copiedTo = value.lastIndex;
  }
  return parts.join('') + text.slice(copiedTo);
}
