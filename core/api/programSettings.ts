import { z } from 'zod';
import { batchSpecSchema } from './batchSpec.ts';
import { ENGINE_CHOICES } from './models/engines.ts';
import { LANGUAGES } from './languages.ts';

/** A named preset: everything about a batch except its images. */
export const presetSchema = z.strictObject({
  id: z.string().min(1).max(100),
  name: z.string().trim().min(1).max(100),
  batch: batchSpecSchema.omit({ sources: true }),
});
export type Preset = z.infer<typeof presetSchema>;

/** Other machines that work on the list: the server that distributes the work, and the folders that all reach. */
const sharingSchema = z.strictObject({
  /** `redis://HOST:PORT`, or `rediss://` with TLS; without a password, since every window can read it. */
  queue: z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .regex(/^(?!.*:[^/]*@)/),
  /** Each has the same name on every machine. */
  roots: z
    .array(z.strictObject({ name: z.string().trim().min(1).max(100), folder: z.string().min(1).max(4_096) }))
    .min(1)
    .max(32),
});
export type Sharing = z.infer<typeof sharingSchema>;

/** With the server's password, which is kept and never told. Without one, that of the same server stays. */
export const sharingChangeSchema = sharingSchema.extend({
  password: z.string().min(1).max(1_000).exactOptional(),
});
export type SharingChange = z.infer<typeof sharingChangeSchema>;

export const PROGRAM_SETTINGS_SCHEMA = 'enlarger.settings/1';

/** The settings of the program itself, kept in one file and migrated by version. */
export const programSettingsSchema = z.strictObject({
  schema: z.literal(PROGRAM_SETTINGS_SCHEMA),
  language: z.enum(['system', ...LANGUAGES]),
  theme: z.enum(['system', 'dark', 'light']),
  /** As in a job's settings; applies to batches with `auto`. */
  device: z.string().min(1),
  engine: z.enum(ENGINE_CHOICES),
  workers: z.union([z.literal('auto'), z.int().min(1).max(64)]),
  /** Resident memory of one worker above which it is replaced. */
  memoryCeilingMb: z.union([z.literal('auto'), z.int().min(256).max(1_048_576)]),
  /** The queue waits while the output's disk has less free space than this. */
  minFreeDiskMb: z.int().min(0).max(1_048_576),
  /** New batches start with the metadata policy `safe` instead of `all`. */
  stripPrivateData: z.boolean(),
  notifications: z.boolean(),
  startWithSystem: z.boolean(),
  keepInTray: z.boolean(),
  /** Keep the machine awake while a batch runs. */
  keepAwake: z.boolean(),
  /** With which machines the desktop program shares its list, from its next start on. */
  sharing: sharingSchema.nullable(),
});
export type ProgramSettings = z.infer<typeof programSettingsSchema>;

export const DEFAULT_PROGRAM_SETTINGS: ProgramSettings = {
  schema: PROGRAM_SETTINGS_SCHEMA,
  language: 'system',
  theme: 'system',
  device: 'auto',
  engine: 'auto',
  workers: 'auto',
  memoryCeilingMb: 'auto',
  minFreeDiskMb: 512, // a result of 100 MP takes about 300 MB as PNG
  stripPrivateData: false,
  notifications: true,
  startWithSystem: false,
  keepInTray: true,
  keepAwake: true,
  sharing: null,
};
