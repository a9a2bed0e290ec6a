import { fidelityOf, type Fidelity } from '../api/fidelity.ts';
import type { ReportSentences, ReportWords } from './reportWords.ts';

const fidelity: Readonly<Record<Fidelity, string>> = {
  identical: '縮回原尺寸後與您的圖片完全相同',
  good: '縮回原尺寸後，肉眼看不出與您的圖片有何不同',
  fair: '縮回原尺寸後與您的圖片相近；受過訓練的眼睛看得出差異',
  poor: '縮回原尺寸後與您的圖片有明顯差異',
};

const sentences: ReportSentences = {
  consistency: (psnrDb) => ({
    name: '與原圖相符程度',
    figure: psnrDb === null ? '完全相同' : `${psnrDb.toFixed(1)} dB`,
    meaning: fidelity[fidelityOf(psnrDb)],
  }),
  similarity: (ssim) => ({
    name: '結構',
    figure: ssim.toFixed(4),
    meaning: ssim >= 0.98 ? '線條與紋理維持原位；1 表示相同' : '線條或紋理有所改變；1 表示相同',
  }),
  colour: (deltaE) => ({
    name: '色彩',
    figure: `ΔE ${deltaE.toFixed(2)}`,
    meaning: deltaE < 1 ? '小於 1 的色差肉眼看不出來' : '與原圖並排時看得出平均色差',
  }),
  gain: (factor) => ({
    name: '細節',
    figure: `× ${factor.toFixed(2)}`,
    meaning: factor >= 1 ? '相對於一般雙三次放大的細微對比；雜訊也會算在內' : '細微對比低於一般雙三次放大',
  }),
  noise: (input, output) => ({
    name: '雜訊',
    figure: `${input.toFixed(1)} → ${output.toFixed(1)}`,
    meaning: '原圖與結果的雜訊及細微紋理，以 255 階計',
  }),
  blur: (input, output) => ({
    name: '模糊',
    figure: `${input.toFixed(2)} → ${output.toFixed(2)}`,
    meaning: '原圖與結果，0 為銳利；同一景物放大後，每個像素必然較柔和',
  }),
  made: (models, device, seconds, tiles) => ({
    name: '製作方式',
    figure: models,
    meaning: `${device}，${seconds} 秒，${tiles === 1 ? '未分塊' : `${tiles} 個圖塊`}`,
  }),
};

export const traditionalChineseWords: ReportWords = {
  title: '放大報告',
  scope: (images, megapixels) => `${images} 張圖片，結果共 ${megapixels} 百萬像素`,
  verdicts: { ok: '正常', look: '待檢查', failed: '有問題', unmeasured: '未檢查' },
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
  all: '全部',
  filter: '顯示',
  columns: {
    picture: '圖片',
    verdict: '結果',
    reasons: '原因',
    size: '尺寸（px）',
    consistency: '與原圖相符程度（dB）',
    similarity: '結構',
    colour: '色差（ΔE）',
    gain: '細節（×）',
    seconds: '秒',
  },
  table: '所有圖片，最需要檢查的在前',
  histogram: '各圖片與原圖的相符程度',
  histogramAxis: 'dB；愈大愈接近',
  bars: (count, label) => `${label} dB：${count} 張`,
  identical: '完全相同',
  noFigure: '–',
  place: (x, y) => `位置 ${x}, ${y}`,
  before: '原圖',
  after: '放大後',
  slider: '顯示原圖的比例',
  difference: '差異',
  differenceMeaning: '愈亮表示縮回原尺寸後與您的圖片差異愈大',
  similarityMap: '結構（SSIM）',
  similarityMeaning: '愈亮表示線條與紋理差異愈大',
  cropLook: '請檢查這裡',
  cropGained: '細節增加最多',
  bicubic: '雙三次',
  nothingFound: '沒有發現問題。',
  sentences,
  failures: '失敗',
  onlyWorst: (shown) => `以下只顯示最需要檢查的 ${shown} 張。`,
  filesGone: '無法顯示圖片：結果或原圖的檔案已不存在或已變更。',
  howMade: '這份報告說明什麼',
  honesty: [
    '「與原圖相符程度」是把結果縮回原尺寸，再與您的圖片比較。它不表示新增的細節為真：沒有人擁有大尺寸的原始畫面。',
    '「細節」是相對於一般雙三次放大的對比。雜訊與憑空產生的紋理也會算作細節。',
    '「正常」表示沒有發現問題，不表示圖片好看。量測的是分布於整張圖片的列與視窗，而不是每一個像素。',
  ],
};
