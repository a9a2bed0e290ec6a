import type { ProgramSettings } from '../core/api/programSettings.ts';
import type { TextKey, TextValues } from '../core/texts/textKeys.ts';
import { languageOf } from '../core/texts/languageOf.ts';
import { translate } from '../core/texts/translate.ts';

/** Texts outside the window: menus, dialogs and notifications. */
export type ShellTexts = (key: TextKey, values?: TextValues) => string;

/** @param systemLocale As `app.getLocale()` gives it; used if the setting is `system`. */
export function shellTexts(setting: ProgramSettings['language'], systemLocale: string): ShellTexts {
  const language = languageOf(setting, [systemLocale]);
  return (key, values) => translate(language, key, values);
}
