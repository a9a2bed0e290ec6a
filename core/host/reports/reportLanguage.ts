import type { ProgramSettings } from '../../api/programSettings.ts';
import type { ReportLanguage } from '../../report/reportWords.ts';

/** The language of a report: as the settings say, or the system's where they leave it open. */
export function reportLanguage(setting: ProgramSettings['language'] = 'system'): ReportLanguage {
  if (setting !== 'system') return setting;
  return /^zh\b/i.test(Intl.DateTimeFormat().resolvedOptions().locale) ? 'zh-TW' : 'en';
}
