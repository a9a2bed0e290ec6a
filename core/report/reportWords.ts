import type { ReasonCode, VerdictKind } from '../api/report.ts';

export type ReportLanguage = 'en' | 'zh-TW';

/** All that the HTML report says by itself. */
export interface ReportWords {
  readonly title: string;
  readonly summary: (counts: Readonly<Record<VerdictKind, number>>) => string;
  readonly explanation: string;
  readonly verdicts: Readonly<Record<VerdictKind, string>>;
  readonly reasons: Readonly<Record<ReasonCode, string>>;
  readonly columns: {
    readonly picture: string;
    readonly verdict: string;
    readonly reasons: string;
    readonly size: string;
    readonly consistency: string;
    readonly similarity: string;
    readonly colour: string;
    readonly gain: string;
    readonly seconds: string;
  };
  readonly identical: string;
  readonly place: string;
  readonly before: string;
  readonly after: string;
  readonly slider: string;
  readonly histogram: string;
  readonly noFigure: string;
}

const english: ReportWords = {
  title: 'Enlargement report',
  summary: ({ ok, look, failed }) => `${ok} ok, ${look} to look at, ${failed} failed.`,
  explanation:
    '“Explains its input” reduces each output again and compares it with your picture: from about 40 dB on the two are ' +
    'hard to tell apart by eye. It does not say whether the added detail is true. “Detail” is the contrast of fine detail against ' +
    'a plain bicubic enlargement; noise counts as detail too.',
  verdicts: { ok: 'ok', look: 'look', failed: 'failed' },
  reasons: {
    'wrong-shape': 'is stretched: its sides are not in the proportion of the input',
    'not-finite': 'has samples that are not numbers',
    'wrong-orientation': 'is mirrored or turned',
    'swapped-channels': 'has its colour channels in the wrong order',
    incomplete: 'ends in empty rows',
    'dead-tile': 'has a part of one colour where the input shows something',
    'unlike-input': 'shows something else than the input',
    misplaced: 'has a part that lies beside its place',
    'colour-shift': 'has another tint than the input',
    seam: 'shows where its tiles meet',
    checkerboard: 'has a regular grid in it',
    clipping: 'loses highlights or shadows',
    alpha: 'has another transparency than the input',
  },
  columns: {
    picture: 'Picture',
    verdict: 'Verdict',
    reasons: 'Why',
    size: 'Size (px)',
    consistency: 'Explains its input (dB)',
    similarity: 'Structure (SSIM)',
    colour: 'Colour (ΔE)',
    gain: 'Detail (×)',
    seconds: 'Seconds',
  },
  identical: 'identical',
  place: 'at',
  before: 'before',
  after: 'after',
  slider: 'Share of the picture that shows the state before',
  histogram: 'How many pictures explain their input how well (dB)',
  noFigure: '–',
};

const traditionalChinese: ReportWords = {
  title: '放大報告',
  summary: ({ ok, look, failed }) => `正常 ${ok} 張，需要查看 ${look} 張，失敗 ${failed} 張。`,
  explanation:
    '「與原圖相符」是把放大後的圖再縮小，與您的原圖比較：約 40 dB 以上肉眼很難分辨。它不表示新增的細節為真。' +
    '「細節」是相對於一般雙三次放大的細節對比；雜訊也會算作細節。',
  verdicts: { ok: '正常', look: '請查看', failed: '失敗' },
  reasons: {
    'wrong-shape': '長寬比例與原圖不同',
    'not-finite': '含有不是數字的像素值',
    'wrong-orientation': '左右相反或方向錯誤',
    'swapped-channels': '色彩通道順序錯誤',
    incomplete: '下方有空白列',
    'dead-tile': '有一區只有單一顏色，原圖在此處卻有內容',
    'unlike-input': '內容與原圖不同',
    misplaced: '有一區偏離了應有的位置',
    'colour-shift': '色調與原圖不同',
    seam: '看得出圖塊的接縫',
    checkerboard: '有規則的格紋',
    clipping: '亮部或暗部失去層次',
    alpha: '透明度與原圖不同',
  },
  columns: {
    picture: '圖片',
    verdict: '結果',
    reasons: '原因',
    size: '尺寸（px）',
    consistency: '與原圖相符（dB）',
    similarity: '結構（SSIM）',
    colour: '色差（ΔE）',
    gain: '細節（×）',
    seconds: '秒',
  },
  identical: '完全相同',
  place: '位置',
  before: '放大前',
  after: '放大後',
  slider: '顯示放大前的比例',
  histogram: '各圖片與原圖相符程度的分布（dB）',
  noFigure: '–',
};

export const reportWords: Readonly<Record<ReportLanguage, ReportWords>> = {
  en: english,
  'zh-TW': traditionalChinese,
};
