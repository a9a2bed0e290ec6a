import type { Language } from '../api/languages.ts';
import { english, type Catalogue } from './english.ts';
import { traditionalChinese } from './traditionalChinese.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = {
  en: english,
  'zh-TW': traditionalChinese,
};
