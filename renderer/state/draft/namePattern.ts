/** The placeholders that a name may contain. */
export const PLACEHOLDERS = ['name', 'size', 'scale', 'model'] as const;

const WHOLE = /^\{dir\}\/(.+)\.\{ext\}$/;

/** The part of a name template that people change: without folder and extension. The whole, if it is built otherwise. */
export function patternOf(template: string): string {
  return WHOLE.exec(template)?.[1] ?? template;
}

/** The template of a pattern; undefined if it is not a name, leads into another folder, or contains an unknown placeholder. */
export function templateOf(pattern: string): string | undefined {
  const used = [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, key]) => key);
  const isKnown = used.every((key) => PLACEHOLDERS.some((name) => name === key));
  const rest = pattern.replace(/\{[^{}]*\}/g, 'x').trim();
  const isName = rest !== '' && !rest.startsWith('.') && !/[/\\:*?"<>|{}\0]/.test(rest);
  return isKnown && isName ? `{dir}/${pattern.trim()}.{ext}` : undefined;
}
