import type { Catalogue } from '../textKeys.ts';
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

/** Every text in Traditional Chinese, as it is written in Taiwan. */
export const traditionalChinese: Catalogue = {
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
};
