import { writeFile } from 'node:fs/promises';
import {
  cutPyramidTile,
  openPictureView,
  PYRAMID_TILE_PX,
  writePyramid,
  writeThumbnail,
} from '../image/viewPicture.ts';
import type { MediaTask, MediaTasks } from '../media/mediaMessages.ts';
import { CropReader } from './cropReader.ts';
import { makeHeatMap } from './makeHeatMap.ts';
import { ModelCache } from './modelCache.ts';
import { previewCrop } from './previewCrop.ts';
import { makeReportPictures } from './reportPictures.ts';

/** Both pictures are held whole while they are compared. */
const MAX_COMPARED_PIXELS = 400e6;

/** Does the tasks of the media process; models and the last picture stay warm between them. */
export class MediaTaskRunner {
  readonly #tools = { models: new ModelCache(), crops: new CropReader() };

  /** @throws EnhancerError with a code from the closed list. */
  async run(task: MediaTask, signal: AbortSignal): Promise<MediaTasks[MediaTask['name']]['output']> {
    switch (task.name) {
      case 'thumbnail':
        return { size: await writeThumbnail(task.input.file, task.input.target) };
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
      case 'reportPictures': {
        const { input, output, quality, target } = task.input;
        const views = [await openPictureView(input), await openPictureView(output)] as const;
        const pictures = JSON.stringify(await makeReportPictures(...views, quality));
        await writeFile(target, pictures, { flag: 'wx' });
        return { sizeBytes: pictures.length };
      }
    }
  }
}
