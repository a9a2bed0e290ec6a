import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The program's folder: two levels above the compiled file. */
const ROOT = new URL('../../', import.meta.url);

const packageSchema = z.object({ version: z.string() });

export function programVersion(): string {
  return packageSchema.parse(JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))).version;
}

/** The models that come with the program. */
export const BUNDLED_MODELS = fileURLToPath(new URL('resources/models', ROOT));

/** The built window. */
export const BUILT_WINDOW = fileURLToPath(new URL('dist/renderer', ROOT));
/** The network of the feature distance. */
export const FEATURE_NETWORK = fileURLToPath(new URL('resources/quality', ROOT));

/** Small sample images; part of a checkout, not of an installed package. */
export const EXAMPLES_FOLDER = fileURLToPath(new URL('examples', ROOT));

/** The script of the `enlarger` command. */
export const PROGRAM_ENTRY = fileURLToPath(new URL('dist/cli/main.js', ROOT));

/** Exit codes, as documented in the README. */
export const EXIT = {
  done: 0,
  someFailed: 1,
  usage: 2,
  noDevice: 3,
  nothingToDo: 4,
  cancelled: 130,
} as const;
