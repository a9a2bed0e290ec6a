import { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';
import { batchSpecSchema, type BatchSpec } from '../api/batchSpec.ts';
import { jobSettingsSchema, type JobSettings } from '../api/jobSettings.ts';
import { presetSchema, type Preset } from '../api/programSettings.ts';
import { imageReportSchema, type ImageReport } from '../api/report.ts';

const objectSchema = z.record(z.string(), z.unknown());

/**
 * Settings as any version of the program wrote them. A setting that the version did not have, or that is no longer valid,
 * has its default; one that was removed is left out. So last year's batch still exists after an update.
 */
function readSettings(stored: unknown): JobSettings {
  const given = objectSchema.parse(stored);
  const entries = Object.entries(jobSettingsSchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(given[name]);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return jobSettingsSchema.parse(Object.fromEntries(entries));
}

function withSettings(stored: unknown): Record<string, unknown> {
  const given = objectSchema.parse(stored);
  return { ...given, settings: readSettings(given['settings']) };
}

/** A batch's specification from its JSON. */
export function readSpec(text: string): BatchSpec {
  return batchSpecSchema.parse(withSettings(JSON.parse(text)));
}

/** A preset from its JSON. */
export function readPreset(text: string): Preset {
  const given = objectSchema.parse(JSON.parse(text));
  return presetSchema.parse({ ...given, batch: withSettings(given['batch']) });
}

/** A quality report from its JSON. */
export function readReport(text: string): ImageReport {
  return imageReportSchema.parse(withSettings(JSON.parse(text)));
}

/**
 * Parses a value before it is written, so that everything stored can be read again.
 *
 * @param what Begins the message, e.g. `The preset`.
 * @throws EnlargerError `request/invalid`.
 */
export function assertReadable(read: () => unknown, what: string): void {
  try {
    read();
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new EnlargerError('request/invalid', `${what} is not valid: ${reason}`, {}, { cause: error });
  }
}
