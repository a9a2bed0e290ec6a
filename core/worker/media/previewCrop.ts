import { rm } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError } from '../../api/errors.ts';
import type { Raster, Rect, Size } from '../../api/image.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import { AUTO_MODEL } from '../../api/models/chosenModel.ts';
import { ditherTo8 } from '../../image/ditherTo8.ts';
import { rasterStore, type RowStore } from '../../image/rowStore.ts';
import { writeDisplayPng } from '../../image/screen/writeDisplayPng.ts';
import type { InstalledModel } from '../../models/modelRegistry.ts';
import { targetSize } from '../../api/targetSize.ts';
import type { MediaTasks } from '../../media/mediaMessages.ts';
import { chooseModel } from '../chooseModel.ts';
import type { CroppedImage, CropReader } from './cropReader.ts';
import { enlarge, type PartOfImage } from '../enlarge.ts';
import { finishSize } from '../finishSize.ts';
import { DeviceFallbackChain } from '../fallbackChain.ts';
import type { ModelCache } from '../modelCache.ts';
import { planEnlargement } from '../planEnlargement.ts';
import { planPart } from '../planPart.ts';

type PreviewTask = MediaTasks['preview'];

export interface PreviewTools {
  readonly models: ModelCache;
  readonly crops: CropReader;
}

/** Anything larger is not a preview: it takes seconds and does not fit on a screen. */
const MAX_CROP_PIXELS = 4e6;
const MAX_RESULT_PIXELS = 24e6;

function assertCrop(crop: Rect, whole: Size, part: PartOfImage): void {
  const isInside = crop.x + crop.width <= whole.width && crop.y + crop.height <= whole.height;
  const isSmall =
    part.from.width * part.from.height <= MAX_CROP_PIXELS &&
    part.to.width * part.to.height <= MAX_RESULT_PIXELS;
  if (isInside && isSmall) return;
  const where = `${crop.width} × ${crop.height} px at ${crop.x}, ${crop.y}`;
  const problem = isInside ? 'is too large for a preview' : 'is outside the image';
  throw new EnlargerError('request/invalid', `The part of ${where} ${problem}.`, { ...crop });
}

/** The store's whole image, in 8 bit. */
function displayRaster(store: RowStore, scratchPath: string): Raster {
  const { width, height, bitDepth } = store.shape;
  const shown = bitDepth === 8 ? store : ditherTo8(store, scratchPath);
  try {
    const { channels, data } = shown.read(0, height);
    return { width, height, channels, data };
  } finally {
    if (shown !== store) shown.dispose();
  }
}

/**
 * Enlarges a crop by the code that enlarges whole images, with the context around it that the networks see: up to
 * rounding, the pixels are those of the result. Bicubic interpolation is computed along with it.
 *
 * @throws EnlargerError `request/invalid`, `input/…`, `image/…`, `model/…`, `engine/…` or `job/cancelled`.
 */
export async function previewCrop(
  task: PreviewTask['input'],
  { models, crops }: PreviewTools,
  signal: AbortSignal,
): Promise<PreviewTask['output']> {
  const startedAt = performance.now();
  const { modelsFolder, threads, scratchFolder } = task;
  const image = await crops.open(task.file, task.settings.colour, task.settings.maxInputMegapixels * 1e6);
  const whole = image.size;
  const readRegistry = (): Promise<readonly InstalledModel[]> => models.registry(modelsFolder);
  const settings = await settingsFor(image, task.settings, readRegistry);
  const to = targetSize(whole, settings.sizing);
  const plan = await planEnlargement(settings, readRegistry, whole, to);
  const part = planPart(task.crop, whole, to, plan);
  assertCrop(task.crop, whole, part);
  // Loading time does not count for the whole image.
  for (const pass of plan.passes) await new DeviceFallbackChain(pass, { settings, threads }, models).first();
  const source = await image.read(part.from);
  try {
    // 8 bits are shown, as in a JPEG.
    const job = { settings, modelsFolder, threads, scratchFolder, outputFormat: 'jpeg' as const };
    const made = await enlarge(rasterStore(source), {
      job,
      to,
      part,
      models,
      onProgress: () => undefined,
      signal,
    });
    await writeStore(made.store, image.icc, task.enlargedTarget, scratchFolder);
    await writeStore(
      await bicubic(source, to, part, task, signal),
      image.icc,
      task.bicubicTarget,
      scratchFolder,
    );
    const share = (part.from.width * part.from.height) / (whole.width * whole.height);
    return {
      size: { width: part.to.width, height: part.to.height },
      model: settings.model,
      device: made.device,
      elapsedMs: performance.now() - startedAt,
      estimateMs: made.inferenceMs / share,
    };
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

/** The choice of a model is that for the whole image, so the whole image is decoded for it. */
async function settingsFor(
  { size, read }: CroppedImage,
  settings: JobSettings,
  readRegistry: () => Promise<readonly InstalledModel[]>,
): Promise<JobSettings> {
  if (settings.model !== AUTO_MODEL) return settings;
  const whole = await read({ x: 0, y: 0, width: size.width, height: size.height });
  return (await chooseModel(settings, whole, readRegistry)).settings;
}

/** The same part by interpolation, on the values as they are stored. */
function bicubic(
  source: Raster,
  to: Size,
  part: PartOfImage,
  { scratchFolder }: PreviewTask['input'],
  signal: AbortSignal,
): Promise<RowStore> {
  return finishSize(rasterStore(source), {
    to,
    part,
    kernel: 'bicubic',
    linearLight: false,
    bitDepth: 8,
    scratchPath: path.join(scratchFolder, 'bicubic'),
    signal,
  });
}

async function writeStore(
  store: RowStore,
  icc: Uint8Array | undefined,
  target: string,
  scratchFolder: string,
): Promise<void> {
  try {
    await writeDisplayPng(displayRaster(store, path.join(scratchFolder, 'shown')), icc, target);
  } finally {
    store.dispose();
  }
}
