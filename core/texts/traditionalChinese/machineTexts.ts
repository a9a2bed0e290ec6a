import type { machineTexts as english } from '../english/machineTexts.ts';
import type { Translation } from '../textKeys.ts';

export const machineTexts: Translation<typeof english> = {
  'machines.sentence': '共用此清單的電腦。在該電腦執行「enlarger work」即可加入。',
  'machines.nobody': '沒有其他電腦',
  'machines.working': '處理中 {{running}}／{{capacity}} 張',
  'machines.leaving': '即將離開',
  'machines.silent': '{{time}}沒有回應',
  'machines.finished_one': '完成 {{count}} 張',
  'machines.finished_other': '完成 {{count}} 張',
  'machines.failed_one': '失敗 {{count}} 張',
  'machines.failed_other': '失敗 {{count}} 張',
  'machines.speed': '{{speed}} MP/s',
  'machines.version': '版本 {{version}}',
};
