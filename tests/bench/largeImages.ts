/**
 * @file Measures how soon people see large images: thumbnails, pyramids, their tiles, and previews of a crop. Makes
 * its images from a small one, as JPEG and as PNG.
 *
 * Usage: node dist/tests/bench/largeImages.js [MEGAPIXELS…]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { createMediaService } from '../../core/media/createMediaService.ts';
import type { MediaService } from '../../core/media/mediaService.ts';

const ROOT = new URL('../../../', import.meta.url);
const SOURCE = fileURLToPath(new URL('examples/flowers.jpg', ROOT));
const MODELS = fileURLToPath(new URL('resources/models', ROOT));
const CROP_PX = 256;
const TILES = 24;

async function timed<Value>(step: () => Promise<Value>): Promise<[Value, number]> {
  const startedAt = performance.now();
  const value = await step();
  return [value, performance.now() - startedAt];
}

async function makeImage(folder: string, megapixels: number, format: 'jpg' | 'png'): Promise<string> {
  const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
  const file = path.join(folder, `${megapixels}.${format}`);
  await sharp(SOURCE)
    .resize(width, Math.round((width * 3) / 4), { fit: 'fill' })
    .png({ compressionLevel: 3 })
    .jpeg({ quality: 92, force: format === 'jpg' })
    .toFile(file);
  return file;
}

/** Peak memory of the media process, if the system reports it. */
function peakMb(): string {
  if (process.platform !== 'linux') return 'unknown';
  const [pid] = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'worker/media'])
    .toString()
    .split('\n');
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return String(Math.round(Number(kilobytes) / 1024));
}

function folderMb(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce(
    (sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size,
    0,
  );
  return Math.round(bytes / 1e6);
}

async function measure(media: MediaService, file: string): Promise<string> {
  const [{ size }, thumbnailMs] = await timed(() => media.thumbnail(file));
  const [pyramid, pyramidMs] = await timed(() => media.pyramid(file));
  const columns = Math.floor(size.width / pyramid.tilePx);
  const read = (index: number) =>
    media.read(pyramid.media, { level: 0, column: index % columns, row: Math.floor(index / columns) });
  const [, tilesMs] = await timed(() =>
    Promise.all(Array.from({ length: TILES }, (_, index) => read(index))),
  );
  const crop = { x: size.width >> 1, y: size.height >> 1, width: CROP_PX, height: CROP_PX };
  const settings = {
    ...DEFAULT_JOB_SETTINGS,
    device: 'cpu',
    maxInputMegapixels: 2600,
    maxOutputMegapixels: 1e5,
  };
  const preview = () => media.previewCrop({ file, crop, settings, modelsFolder: MODELS });
  const [, firstMs] = await timed(preview);
  const [, nextMs] = await timed(preview);
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [
    `${path.basename(file)}: thumbnail ${ms(thumbnailMs)}, pyramid ${ms(pyramidMs)}, tile ${ms(tilesMs / TILES)}`,
    `preview of ${CROP_PX} × ${CROP_PX} px ${ms(firstMs)}, again ${ms(nextMs)}, peak so far ${peakMb()} MB`,
  ].join(', ');
}

const asked = process.argv.slice(2).map(Number);
const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-bench-'));
try {
  for (const megapixels of asked.length > 0 ? asked : [24, 108, 400]) {
    for (const format of ['jpg', 'png'] as const) {
      const file = await makeImage(folder, megapixels, format);
      const cacheFolder = path.join(folder, 'cache');
      const media = createMediaService({ cacheFolder });
      try {
        process.stdout.write(`${await measure(media, file)}, on disk ${folderMb(cacheFolder)} MB\n`);
      } finally {
        await media.close();
        rmSync(file);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
