import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SqlConnection } from '../../core/store/sqlConnection.ts';

/** Creates a store as a released version left it, from its saved text. */
export function fixtureStore(version: number, file: string): void {
  const text = readFileSync(
    fileURLToPath(new URL(`../fixtures/stores/version-${version}.sql`, import.meta.url)),
    'utf8',
  );
  const sql = new SqlConnection(file);
  sql.script(text);
  sql.close();
}
