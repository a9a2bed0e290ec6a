import { englishWords } from './englishWords.ts';
import type { ReportLanguage, ReportWords } from './reportWords.ts';
import { traditionalChineseWords } from './traditionalChineseWords.ts';

export const reportLanguages: Readonly<Record<ReportLanguage, ReportWords>> = {
  en: englishWords,
  'zh-TW': traditionalChineseWords,
};
