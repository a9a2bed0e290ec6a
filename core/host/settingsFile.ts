import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { MethodInputs } from '../api/methodInputs.ts';
import {
  DEFAULT_PROGRAM_SETTINGS,
  PROGRAM_SETTINGS_SCHEMA,
  programSettingsSchema,
  type ProgramSettings,
} from '../api/programSettings.ts';
import { writeWhole } from '../files/writeWhole.ts';

export const SETTINGS_FILE = 'settings.json';

/** Some settings; those that are undefined stay as they are. */
export type SettingsChange = z.output<MethodInputs['updateSettings']>;

/** The program's settings in one file. A field that is missing or makes no sense has its default. */
export class SettingsFile {
  readonly #file: string;
  #settings: ProgramSettings;

  /** Reads the file, which need not exist. */
  constructor(dataFolder: string) {
    this.#file = path.join(dataFolder, SETTINGS_FILE);
    this.#settings = readSettings(this.#file);
  }

  get current(): ProgramSettings {
    return this.#settings;
  }

  /** Changes some fields, and writes the file completely or not at all. */
  update(change: SettingsChange): ProgramSettings {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const settings = programSettingsSchema.parse({ ...this.#settings, ...Object.fromEntries(given) });
    writeWhole(this.#file, `${JSON.stringify(settings, null, 2)}\n`);
    this.#settings = settings;
    return settings;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No file yet, or not a readable one: the defaults apply.
    return undefined;
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch {
    // Edited by hand and invalid: the defaults apply.
    return {};
  }
}

/** Settings from a file, each field by itself: an invalid one does not affect the others. */
function readSettings(file: string): ProgramSettings {
  const content = parseObject(readText(file) ?? '{}');
  const entries = Object.entries(programSettingsSchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(content[name]);
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  return programSettingsSchema.parse({
    ...DEFAULT_PROGRAM_SETTINGS,
    ...Object.fromEntries(entries),
    schema: PROGRAM_SETTINGS_SCHEMA,
  });
}
