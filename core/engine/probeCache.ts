import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DEVICE_PROBLEMS } from '../api/views.ts';
import { writeWhole } from '../files/writeWhole.ts';

/** The outcome of a device's trial. */
const probeResultSchema = z.strictObject({
  id: z.string(),
  isUsable: z.boolean(),
  /** Why it is not usable. */
  problem: z.strictObject({ code: z.enum(DEVICE_PROBLEMS), reason: z.string() }).optional(),
  megapixelsPerSecond: z.number().min(0),
  /** Largest difference from the processor's result, in full scale. */
  difference: z.number().min(0).optional(),
});

export type ProbeResult = z.infer<typeof probeResultSchema>;

const cacheSchema = z.strictObject({
  schema: z.literal('enlarger.devices/2'),
  fingerprint: z.string(),
  results: z.array(probeResultSchema),
});

const FILE_NAME = 'devices.json';

/**
 * Reads earlier outcomes.
 *
 * @param fingerprint Of program and drivers; results found under another one do not count.
 * @returns Empty if the file is missing or invalid.
 */
export async function readProbes(cacheFolder: string, fingerprint: string): Promise<readonly ProbeResult[]> {
  try {
    const text = await readFile(path.join(cacheFolder, FILE_NAME), 'utf8');
    const cache = cacheSchema.parse(JSON.parse(text));
    return cache.fingerprint === fingerprint ? cache.results : [];
  } catch {
    return [];
  }
}

/** Keeps outcomes. If the folder is not writable, devices are simply tried again the next time. */
export function writeProbes(cacheFolder: string, fingerprint: string, results: readonly ProbeResult[]): void {
  const content = { schema: 'enlarger.devices/2', fingerprint, results };
  try {
    // If two programs write at once, one complete file remains, never a mixture.
    writeWhole(path.join(cacheFolder, FILE_NAME), `${JSON.stringify(content, null, 2)}\n`);
  } catch {
    // Tried again the next time.
  }
}
