import type { Language } from '../api/languages.ts';
import { english } from './english/english.ts';
import type { Catalogue } from './textKeys.ts';
import { traditionalChinese } from './traditionalChinese/traditionalChinese.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = {
  en: english,
  'zh-TW': traditionalChinese,
};
