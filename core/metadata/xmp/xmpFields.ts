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

/** The text with each element of a qualified name, with all that is in it, replaced. */
export function replaceElements(text: string, name: string, replace: (element: string) => string): string {
  const pattern = new RegExp(`<${name}(?:\\s[^<>]*)?(?:/>|>[\\s\\S]*?</${name}\\s*>)`, 'g');
  return text.replace(pattern, replace);
}
