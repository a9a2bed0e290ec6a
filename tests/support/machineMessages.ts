import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { PROTOCOL, type Presence, type Work, type WorkReport } from '../../core/machines/messages.ts';

const HASH = 'a'.repeat(64);

export const WORK: Work = {
  protocol: PROTOCOL,
  attempt: '0123abcd-17-1',
  coordinator: '0123456789abcdef',
  source: { root: 'scans', path: 'box 1/page.png' },
  sourceBytes: 5,
  folder: { root: 'scans', path: 'large' },
  format: 'png',
  settings: DEFAULT_JOB_SETTINGS,
  modelHash: HASH,
  measure: false,
  wantsPreview: false,
};

export const REPORT: WorkReport = {
  protocol: PROTOCOL,
  attempt: WORK.attempt,
  machine: { id: 'fedcba9876543210', name: 'studio-2', version: '0.1.0' },
  outcome: {
    kind: 'finished',
    result: {
      kind: 'enhanced',
      input: { width: 2, height: 2, format: 'png', sizeBytes: 5, sha256: HASH },
      output: { width: 8, height: 8, format: 'png', sizeBytes: 50, sha256: HASH },
      models: ['bicubic'],
      device: 'cpu',
      passes: [{ id: 'bicubic', scale: 4, sha256: null }],
      tiling: { tilePx: 0, contextPx: 0 },
      tiles: 0,
      repairedTiles: 0,
      warnings: [],
      times: { decodeMs: 1, inferenceMs: 1, encodeMs: 1 },
    },
  },
};

export const PRESENCE: Presence = {
  protocol: PROTOCOL,
  id: REPORT.machine.id,
  name: 'studio-2',
  version: '0.1.0',
  engine: 'onnx 1.30.0 cpu',
  beat: 3,
  state: 'working',
  capacity: 2,
  roots: ['scans'],
  held: [{ attempt: WORK.attempt, tilesDone: 1, tilesTotal: 4 }],
  finished: 7,
  failed: 0,
  megapixels: 12.5,
  seconds: 60,
};
