import { readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { reportImagesSchema, type ReportImages } from '../../../core/api/reportImages.ts';
import { readRaster } from '../../../core/image/readRaster.ts';
import { rasterStore } from '../../../core/image/rowStore.ts';
import { storeView } from '../../../core/image/smallImages.ts';
import { openImageView } from '../../../core/image/screen/viewImage.ts';
import { makeReportImages } from '../../../core/worker/media/makeReportImages.ts';
import { fixturePath, sceneRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { sampleQuality } from '../report/sampleReport.ts';

const fixtures = readdirSync(path.dirname(fixturePath('x')));

function bytesOf(uri: string): Buffer {
  return Buffer.from(uri.split(',')[1] ?? '', 'base64');
}

/** The measurements of the saved report, with one place to review and one that gained detail. */
function qualityWith(look: { x: number; y: number }, gained: { x: number; y: number }) {
  const quality = sampleQuality();
  const square = { width: 20, height: 20 };
  const reasons = quality.reasons.map((reason) => ({ ...reason, places: [{ ...look, ...square }] }));
  const detail = quality.detail && { ...quality.detail, mostGained: [{ ...gained, ...square }] };
  return { ...quality, reasons, detail };
}

describe('images for a report', () => {
  test('made from the two files equal those made from the pixels in memory', async () => {
    const folder = temporaryFolder();
    const input = writePng(path.join(folder, 'in.png'), sceneRaster(300, 200));
    const output = writePng(path.join(folder, 'out.png'), sceneRaster(600, 400));
    const options = { colour: 'keep', maxPixels: 1e6 } as const;
    const inMemory = async (file: string) => storeView(rasterStore(await readRaster(file, options)));
    const quality = qualityWith({ x: 500, y: 10 }, { x: 0, y: 380 });
    const ofPixels = await makeReportImages(await inMemory(input), await inMemory(output), quality);
    const ofFiles = await makeReportImages(await openImageView(input), await openImageView(output), quality);
    expect(ofFiles).toEqual(ofPixels);
    expect(ofFiles.crops.map(({ kind, place }) => [kind, place.x, place.y])).toEqual([
      ['look', 430, 0],
      ['gained', 0, 240],
    ]);
  });

  test.each(fixtures)('can be made from %s', async (name) => {
    const views = [await openImageView(fixturePath(name)), await openImageView(fixturePath(name))] as const;
    const made: ReportImages = await makeReportImages(...views, undefined);
    expect(reportImagesSchema.parse(made)).toEqual(made);
    const { width, height } = await sharp(bytesOf(made.after)).metadata();
    expect([width, height]).toEqual([made.width, made.height]);
    expect(made.before).toBe(made.after);
  });
});
