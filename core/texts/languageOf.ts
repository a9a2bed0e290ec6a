import type { Language } from '../api/languages.ts';
import { LANGUAGES } from '../api/languages.ts';

/**
 * The language to use.
 *
 * @param setting What the person chose, or `system`.
 * @param systemLanguages BCP 47 tags in order of preference, as the system or the browser reports them.
 * @returns The first of the system's languages that there is a catalogue for, else English.
 */
export function languageOf(setting: Language | 'system', systemLanguages: readonly string[]): Language {
  if (setting !== 'system') return setting;
  for (const tag of systemLanguages) {
    const base = tag.toLowerCase().split('-')[0];
    const language = LANGUAGES.find((each) => each.toLowerCase().split('-')[0] === base);
    if (language) return language;
  }
  return 'en';
}
