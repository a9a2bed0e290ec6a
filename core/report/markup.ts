import { html, raw } from 'hono/html';
import { visibleText } from './visibleText.ts';

/** HTML that is safe as it is; only {@link markup} and {@link trusted} create it. */
export type Markup = ReturnType<typeof raw>;

/** What a template accepts: text is escaped, `undefined` is left out. */
export type MarkupValue = Markup | string | number | undefined | readonly MarkupValue[];

/** Text of our own that is HTML, CSS or a script already. Nothing that comes from a file may pass through here. */
export const trusted: (text: string) => Markup = raw;

function visible(value: MarkupValue): unknown {
  if (typeof value === 'string') return visibleText(value);
  return Array.isArray(value) ? value.map(visible) : value;
}

/**
 * A template whose values are escaped, in elements and in quoted attributes; control characters are
 * made visible.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const made = html(strings, ...values.map(visible));
  if (made instanceof Promise) throw new TypeError('Templates contain values, never promises.');
  return made;
}
