import type { ProgramSettings } from '../../api/programSettings.ts';
import type { ReportLanguage } from '../../report/reportWords.ts';

/** The language of a report: that of the settings, or the system's if they leave it open. */
export function reportLanguage(setting: ProgramSettings['language'] = 'system'): ReportLanguage {
  if (setting !== 'system') return setting;
  return /^zh\b/i.test(Intl.DateTimeFormat().resolvedOptions().locale) ? 'zh-TW' : 'en';
}
