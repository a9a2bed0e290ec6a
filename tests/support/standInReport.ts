import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import type { MeasuredReport } from '../../core/api/report.ts';
import type { JobView } from '../../core/api/views.ts';

const SHA = '0'.repeat(64);

/** A report of a job that is done, as the contract describes it; figures depend on the job's number only. */
export function standInReport(job: JobView, sizeBytes: number): MeasuredReport {
  const state = job.state;
  if (state.kind !== 'done' || job.inputSize === undefined) throw new Error(`Job ${job.id} is not done.`);
  const verdict = state.verdict ?? 'ok';
  const { width, height } = state.outputSize;
  const place = {
    x: Math.round(width * 0.55),
    y: Math.round(height * 0.3),
    width: Math.round(width / 8),
    height: Math.round(height / 8),
  };
  const estimates = { blur: 0.38, noise: 2.1, blockiness: 1.02, clippedShare: 0.001 };
  return {
    schema: 'enlarger.report/1',
    program: 'enlarger 0.1.0',
    finishedAt: '2026-11-25T09:45:00Z',
    input: { path: job.name, format: 'jpeg', sha256: SHA, sizeBytes, ...job.inputSize },
    output: {
      path: state.outputPath,
      format: 'jpeg',
      sha256: SHA,
      sizeBytes: state.outputBytes,
      ...state.outputSize,
      iccSha256: null,
      orientation: 1,
    },
    passes: [{ id: 'fast-x4', scale: 4, sha256: SHA }],
    device: state.device,
    tiles: { tilePx: 256, contextPx: 16, count: 12 },
    repairs: [],
    warnings: [],
    settings: DEFAULT_JOB_SETTINGS,
    stagesMs: { decode: 20, infer: 800, encode: 90 },
    quality: {
      verdict,
      reasons:
        verdict === 'ok'
          ? []
          : [{ code: 'colour-shift', severity: 'look', value: 3.4, limit: 2.3, places: [place] }],
      consistency: {
        identical: false,
        psnrDb: verdict === 'ok' ? 41 + (job.id % 9) : 33.2,
        ssim: 0.9912,
        deltaE: { mean: 0.42, max: 6.1 },
        worstTile: { place, rmse: 3.1 },
      },
      detail: {
        gradientGain: 1.31,
        fineShare: 0.12,
        bicubicFineShare: 0.06,
        checkerboard: 0.2,
        mostGained: [place],
      },
      input: estimates,
      output: { ...estimates, blur: 0.31 },
    },
  };
}
