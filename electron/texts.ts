import type { ProgramSettings } from '../core/api/programSettings.ts';

/** What the shell itself says: outside the window, in the user's language. */
export interface ShellTexts {
  readonly open: string;
  readonly quit: string;
  readonly pause: string;
  readonly start: string;
  readonly watching: (folders: number) => string;
  readonly pictures: string;
  readonly allFiles: string;
  readonly batchDone: string;
  readonly batchBody: (counts: { readonly done: number; readonly failed: number }) => string;
  readonly cannotStart: string;
  readonly cannotDo: string;
  readonly inUse: string;
  readonly opensLater: string;
  readonly tryAgain: string;
}

const ENGLISH: ShellTexts = {
  open: 'Open Enlarger',
  quit: 'Quit',
  pause: 'Pause',
  start: 'Continue',
  watching: (folders) => (folders === 1 ? 'Watching 1 folder' : `Watching ${folders} folders`),
  pictures: 'Pictures',
  allFiles: 'All files',
  batchDone: 'Enlarged',
  batchBody: ({ done, failed }) => {
    const doneText = done === 1 ? '1 image done' : `${done} images done`;
    return failed === 0 ? `${doneText}.` : `${doneText}, ${failed} failed.`;
  },
  cannotStart: 'Enlarger cannot start',
  cannotDo: 'That did not work',
  inUse: 'Enlarger is at work elsewhere',
  opensLater: 'This window opens by itself as soon as that has ended.',
  tryAgain: 'Try again',
};

const TRADITIONAL_CHINESE: ShellTexts = {
  open: '開啟 Enlarger',
  quit: '結束',
  pause: '暫停',
  start: '繼續',
  watching: (folders) => `正在監看 ${folders} 個資料夾`,
  pictures: '圖片',
  allFiles: '所有檔案',
  batchDone: '放大完成',
  batchBody: ({ done, failed }) =>
    failed === 0 ? `已完成 ${done} 張圖片。` : `已完成 ${done} 張圖片，${failed} 張失敗。`,
  cannotStart: 'Enlarger 無法啟動',
  cannotDo: '無法完成這項操作',
  inUse: 'Enlarger 正在別處工作',
  opensLater: '工作結束後，視窗會自動開啟。',
  tryAgain: '再試一次',
};

/** @param systemLocale As `app.getLocale()` gives it; used where the settings say `system`. */
export function shellTexts(language: ProgramSettings['language'], systemLocale: string): ShellTexts {
  const isChinese =
    language === 'system' ? systemLocale.toLowerCase().startsWith('zh') : language === 'zh-TW';
  return isChinese ? TRADITIONAL_CHINESE : ENGLISH;
}
