/**
 * @file Every text that people read in the window, in the desktop's menus and in the report, from one catalogue per
 * language: a folder with a file per page. `english` defines the keys; another language is one more folder like it
 * (docs/translating.md). `languageOf` picks the language, `translate` fills in the values.
 */

import type { Language } from '../api/languages.ts';
import { catalogues } from './catalogues.ts';
import type { TextKey, TextValues } from './textKeys.ts';

const pluralRules = new Map<Language, Intl.PluralRules>();

function pluralForm(language: Language, count: number): Intl.LDMLPluralRule {
  let rules = pluralRules.get(language);
  if (!rules) {
    rules = new Intl.PluralRules(language);
    pluralRules.set(language, rules);
  }
  return rules.select(count);
}

/** The text in the catalogue; a key with plural forms needs `count`. */
function template(language: Language, key: string, count: unknown): string | undefined {
  const catalogue: Readonly<Record<string, string | undefined>> = catalogues[language];
  if (typeof count !== 'number') return catalogue[key];
  return catalogue[`${key}_${pluralForm(language, count)}`] ?? catalogue[`${key}_other`] ?? catalogue[key];
}

/**
 * A text in a language.
 *
 * @param values What replaces `{{name}}`. `count` also chooses the plural form; integers are grouped as the
 *   language does it (5,000).
 */
export function translate(language: Language, key: TextKey, values: TextValues = {}): string {
  const text = template(language, key, values['count']) ?? key;
  return text.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === 'number' ? value.toLocaleString(language) : value;
  });
}
