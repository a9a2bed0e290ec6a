import { createHash } from 'node:crypto';
import type { JobSettings } from '../../api/jobSettings.ts';

/** Equal for settings that lead to the same result: the device does not matter. */
export function settingsHash(settings: JobSettings): string {
  const { device: _device, engine: _engine, ...decisive } = settings;
  const entries = Object.entries(decisive).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
