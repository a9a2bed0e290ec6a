import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes 5,000 images that only differ in their names. */
export async function putMany(folder: string, bytes: Uint8Array): Promise<void> {
  for (let number = 1; number <= 5_000; number++) {
    await writeFile(path.join(folder, `tiny ${String(number).padStart(4, '0')}.jpg`), bytes);
  }
}
