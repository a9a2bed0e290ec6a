import type { compareTexts as english } from '../english/compareTexts.ts';
import type { Translation } from '../textKeys.ts';

export const compareTexts: Translation<typeof english> = {
  'picture.name': '圖片',
  'picture.none': '選擇一張圖片，與原圖比較',
  'compare.canvas': '{{name}}：原圖與結果',
  'compare.original': '原圖',
  'compare.result': '放大後',
  'compare.export.split': '儲存前後對照圖',
  'compare.export.side-by-side': '儲存左右並排的前後對照圖',
  'compare.mode': '比較方式',
  'compare.mode.slider': '分割',
  'compare.mode.side-by-side': '左右並排',
  'compare.mode.result': '只看結果',
  'compare.split': '分割位置',
  'compare.full': '填滿視窗（空白鍵）',
  'compare.loading': '載入中…',
  'compare.originalMissing': '原圖已移動，無法比較。',

  'heat.name': '熱圖',
  'heat.none': '關閉',
  'heat.difference': '差異',
  'heat.difference.hint': '結果縮回原尺寸後與原圖不同之處',
  'heat.ssim': '結構',
  'heat.ssim.hint': '邊緣與紋理改變之處',
  'heat.gain': '增加的細節',
  'heat.gain.hint': '結果比一般放大有更多細節之處',
};
