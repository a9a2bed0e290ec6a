import { writeFile } from 'node:fs/promises';
import {
  cutPyramidTile,
  openImageView,
  PYRAMID_TILE_PX,
  writePyramid,
  writeThumbnail,
} from '../../image/screen/viewImage.ts';
import { readRaster } from '../../image/readRaster.ts';
import type { MediaTask, MediaTasks } from '../../media/mediaMessages.ts';
import { CropReader } from './cropReader.ts';
import { makeComparison } from './makeComparison.ts';
import { makeHeatMap } from './makeHeatMap.ts';
import { ModelCache } from '../modelCache.ts';
import { previewCrop } from './previewCrop.ts';
import { makeReportImages } from './makeReportImages.ts';

/** Both images are entirely in memory while they are compared. */
const MAX_COMPARED_PIXELS = 400e6;

/** Runs the tasks of the media process; models and the last image stay warm between them. */
export class MediaTaskRunner {
  readonly #tools = { models: new ModelCache(), crops: new CropReader() };

  /** @throws EnlargerError with a code from the closed list. */
  async run(task: MediaTask, signal: AbortSignal): Promise<MediaTasks[MediaTask['name']]['output']> {
    switch (task.name) {
      case 'thumbnail':
        return { size: await writeThumbnail(task.input.file, task.input.target) };
      case 'verify': {
        const { file, maxPixels } = task.input;
        const { width, height } = await readRaster(file, { colour: 'keep', maxPixels });
        return { size: { width, height } };
      }
      case 'pyramid':
        return { ...(await writePyramid(task.input.file, task.input.target)), tilePx: PYRAMID_TILE_PX };
      case 'tile':
        return { png: await cutPyramidTile(task.input.pyramidFile, task.input, task.input) };
      case 'preview':
        return previewCrop(task.input, this.#tools, signal);
      case 'heatMap': {
        const { input, output, kind, target } = task.input;
        const wanted = {
          inputPath: input,
          outputPath: output,
          mapPath: target,
          maxPixels: MAX_COMPARED_PIXELS,
        };
        return makeHeatMap({ ...wanted, kind });
      }
      case 'comparison': {
        const { input, output } = task.input;
        return makeComparison(await openImageView(input), await openImageView(output), task.input);
      }
      case 'reportImages': {
        const { input, output, quality, target } = task.input;
        const views = [await openImageView(input), await openImageView(output)] as const;
        const images = JSON.stringify(await makeReportImages(...views, quality));
        await writeFile(target, images, { flag: 'wx' });
        return { sizeBytes: images.length };
      }
    }
  }
}
