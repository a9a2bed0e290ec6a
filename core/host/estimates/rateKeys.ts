import type { JobSettings } from '../../api/jobSettings.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { isInterpolationKernel } from '../../engine/interpolation.ts';

/** Results of one format and quality need about the same bytes per pixel. */
export function encodingKey(format: OutputFormat, quality: number | undefined): string {
  return quality === undefined ? format : `${format} ${quality}`;
}

/** Networks on a device; each tile is run eight times for a self-ensemble. */
export function networkKey(device: string, models: readonly string[], selfEnsemble: boolean): string {
  return [device, ...models, ...(selfEnsemble ? ['x8'] : [])].join(' ');
}

/** What was requested as engine and device; interpolation is not run by them. */
export function wishKey({ model, engine, device }: Pick<JobSettings, 'model' | 'engine' | 'device'>): string {
  return isInterpolationKernel(model) ? 'interpolation' : `${engine} ${device}`;
}
