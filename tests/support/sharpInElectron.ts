/**
 * @file Loads sharp in Electron's main process and in a utility process, as the program does, and puts it to work in
 * both. What it writes to stderr is what matters; run by a test as `electron sharpInElectron.js`.
 */
import { app, utilityProcess } from 'electron';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const OPERATIONS = 100;

/** Decodes, resizes and encodes in every format that the program writes. */
async function workWithSharp(): Promise<void> {
  const { sharp } = await import('../../core/image/sharpLoader.ts');
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#469' } })
    .png()
    .toBuffer();
  for (let index = 0; index < OPERATIONS; index++) {
    const pipeline = sharp(picture).resize(20 + index);
    const format = (['png', 'jpeg', 'webp', 'tiff'] as const)[index % 4] ?? 'png';
    await pipeline.toFormat(format).toBuffer();
  }
}

if ('parentPort' in process && process.parentPort) {
  await workWithSharp();
  process.exit(0);
} else {
  const runBoth = async (): Promise<void> => {
    await app.whenReady();
    await workWithSharp();
    const child = utilityProcess.fork(fileURLToPath(import.meta.url));
    const [code] = await once(child, 'exit');
    app.exit(Number(code));
  };
  void runBoth();
}
