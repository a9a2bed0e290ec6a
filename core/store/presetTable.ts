import { z } from 'zod';
import type { Preset } from '../api/programSettings.ts';
import { assertReadable, readPreset } from './readStored.ts';
import type { SqlConnection } from './sqlConnection.ts';

/** A row with a preset's JSON. */
export const presetRowSchema = z
  .object({ preset: z.string() })
  .transform(({ preset }): Preset => readPreset(preset));

/** Settings that a user saved under a name. */
export class PresetTable {
  readonly #sql: SqlConnection;

  constructor(sql: SqlConnection) {
    this.#sql = sql;
  }

  /** By name. */
  list(): Preset[] {
    const presets = this.#sql.all(presetRowSchema, 'SELECT preset FROM presets');
    return presets.sort((a, b) => a.name.localeCompare(b.name));
  }

  get(id: string): Preset | undefined {
    return this.#sql.one(presetRowSchema, 'SELECT preset FROM presets WHERE id = ?', id);
  }

  /** Adds one, or replaces the one of that id. */
  save(preset: Preset): void {
    const text = JSON.stringify(preset);
    assertReadable(() => readPreset(text), 'The preset');
    this.#sql.run('INSERT OR REPLACE INTO presets (id, preset) VALUES (?, ?)', preset.id, text);
  }

  remove(id: string): boolean {
    return this.#sql.run('DELETE FROM presets WHERE id = ?', id) > 0;
  }
}
