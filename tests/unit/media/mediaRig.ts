import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Raster, Rect } from '../../../core/api/image.ts';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import type { MediaLauncher } from '../../../core/media/mediaLauncher.ts';
import type { MediaContent, TileAddress, MediaService } from '../../../core/media/mediaService.ts';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { storedPixels } from '../../support/images.ts';

/** The compiled process, as the program starts it. */
export const launch: MediaLauncher = forkLauncher(
  fileURLToPath(new URL('../../../dist/core/worker/media.js', import.meta.url)),
);

export function bytesOf({ bytes, file }: MediaContent): Buffer {
  return bytes === undefined ? readFileSync(file ?? '') : Buffer.from(bytes);
}

export async function pixelsOf(media: MediaService, id: string, tile?: TileAddress): Promise<Raster> {
  return storedPixels(bytesOf(await media.read(id, tile)));
}

/** A part of an image. */
export function cut({ data, width, channels }: Raster, { x, y, ...size }: Rect): Raster {
  const rows = Array.from({ length: size.height }, (_, row) => {
    const start = ((y + row) * width + x) * channels;
    return [...data.subarray(start, start + size.width * channels)];
  });
  return { ...size, channels, data: Uint8Array.from(rows.flat()) };
}

/** A media service for all tests of a file: its process takes a moment to start. */
export function openTestMedia(): MediaService {
  const cacheFolder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-test-'));
  const media = createMediaService({ cacheFolder, threads: 1, launch });
  afterAll(async () => {
    await media.close();
    rmSync(cacheFolder, { recursive: true });
  });
  return media;
}
