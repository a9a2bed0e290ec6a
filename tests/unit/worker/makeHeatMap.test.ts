import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeHeatMap } from '../../../core/worker/media/makeHeatMap.ts';
import { patternRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test.each(['difference', 'ssim', 'gain'] as const)(
  'draws a grey map of kind %s in the shape of the image, as a file',
  async (kind) => {
    const folder = temporaryFolder();
    const [inputPath, outputPath] = [path.join(folder, 'in.png'), path.join(folder, 'out.png')];
    writePng(inputPath, patternRaster({ width: 30, height: 20, channels: 3, bitDepth: 16 }));
    writePng(outputPath, patternRaster({ width: 60, height: 40, channels: 4, bitDepth: 8 }));
    const mapPath = path.join(folder, 'map.webp');
    const size = await makeHeatMap({ inputPath, outputPath, kind, mapPath, maxPixels: 1e6 });

    expect(size.width / size.height).toBe(1.5);
    expect(await sharp(mapPath).metadata()).toMatchObject({ format: 'webp', ...size });
    const { channels } = await sharp(mapPath).stats();
    expect(Math.max(...channels.map(({ max }) => max))).toBeGreaterThan(0);
    await expect(makeHeatMap({ inputPath, outputPath, kind, mapPath, maxPixels: 1e6 })).rejects.toThrow(
      'EEXIST',
    );
  },
);
