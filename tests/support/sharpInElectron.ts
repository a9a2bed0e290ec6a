/**
 * @file Loads sharp in Electron's main process and in a utility process, as the program does, and uses it in
 * both. Its output on stderr is what matters; run by a test as `electron sharpInElectron.js`.
 */
import { fileURLToPath } from 'node:url';

const OPERATIONS = 100;

/** Decodes, resizes and encodes in every format that the program writes. */
async function workWithSharp(): Promise<void> {
  const { sharp } = await import('../../core/image/sharpLoader.ts');
  const image = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#469' } })
    .png()
    .toBuffer();
  for (let index = 0; index < OPERATIONS; index++) {
    const pipeline = sharp(image).resize(20 + index);
    const format = (['png', 'jpeg', 'webp', 'tiff'] as const)[index % 4] ?? 'png';
    await pipeline.toFormat(format).toBuffer();
  }
}

/** The main process starts the other one, and ends with its exit code. */
async function runBoth(): Promise<void> {
  // Not a static import: in a utility process there is no `app` to import.
  const { app, utilityProcess } = await import('electron');
  await app.whenReady();
  await workWithSharp();
  utilityProcess.fork(fileURLToPath(import.meta.url)).on('exit', (code) => {
    app.exit(code);
  });
}

if (process.type === 'utility') {
  await workWithSharp();
  process.exit(0);
} else {
  void runBoth();
}
