import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../../fixtures/foreign/', import.meta.url));

/** A file that must be refused: its files by name, the first one to be added, and the codes that fit. */
export interface HostileNetwork {
  readonly what: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly code:
    'model/unreadable' | 'model/unsafe' | 'model/too-large' | 'model/unsupported' | 'model/not-proven';
}

export function fixture(name: string): Buffer {
  return readFileSync(path.join(FIXTURES, name));
}
