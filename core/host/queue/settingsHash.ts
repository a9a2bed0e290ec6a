import { createHash } from 'node:crypto';
import type { JobSettings } from '../../api/jobSettings.ts';

/** The same for settings that make the same result: where it is computed does not count. */
export function settingsHash(settings: JobSettings): string {
  const { device: _device, engine: _engine, ...decisive } = settings;
  const entries = Object.entries(decisive).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
