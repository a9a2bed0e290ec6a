import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A compiled file of this folder. */
export function compiledSupport(name: string): string {
  const file = fileURLToPath(new URL(`../../dist/tests/support/${name}.js`, import.meta.url));
  // Node itself only warns if a file to preload is missing.
  if (!existsSync(file)) throw new Error(`${file} has not been compiled.`);
  return file;
}

/** Makes the commands of this test sleep instead of computing: see `simulatedWork.ts`. */
export function simulateWork(imageMs: number): void {
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(compiledSupport('simulatedWork')).href}`;
  process.env.ENLARGER_TEST_IMAGE_MS = String(imageMs);
}
