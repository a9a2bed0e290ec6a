import type { PlainSettingText } from '../../api/jobSettings.ts';
import { compareTexts } from './compareTexts.ts';
import { desktopTexts } from './desktopTexts.ts';
import { draftTexts } from './draftTexts.ts';
import { machineTexts } from './machineTexts.ts';
import { modelTexts } from './modelTexts.ts';
import { problemTexts } from './problemTexts.ts';
import { queueTexts } from './queueTexts.ts';
import { reportTexts } from './reportTexts.ts';
import { settingTexts } from './settingTexts.ts';
import { watchedTexts } from './watchedTexts.ts';
import { windowTexts } from './windowTexts.ts';

/**
 * Every text of the window, the desktop's menus and the report, in files by page. `{{…}}` are values; `_one` and
 * `_other` are plural forms, chosen by `count`. Settings that the window shows by their schema must have texts here.
 */
export const english = {
  ...windowTexts,
  ...queueTexts,
  ...draftTexts,
  ...modelTexts,
  ...compareTexts,
  ...reportTexts,
  ...watchedTexts,
  ...machineTexts,
  ...settingTexts,
  ...problemTexts,
  ...desktopTexts,
} as const satisfies Readonly<Record<PlainSettingText, string>> & Readonly<Record<string, string>>;
