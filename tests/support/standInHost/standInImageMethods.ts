import type { Source } from '../../../core/api/batchSpec.ts';
import { EnlargerError } from '../../../core/api/errors.ts';
import type { Size } from '../../../core/api/image.ts';
import type { JobSettings } from '../../../core/api/jobSettings.ts';
import { AUTO_MODEL } from '../../../core/api/models/chosenModel.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import type { MethodsOf } from '../../../core/host/bindApi.ts';
import { standInReport } from '../standInReport.ts';
import { standInSummary } from '../standInSummary.ts';
import { countJobs } from './listStandInJobs.ts';
import type { StandInMedia } from './standInMedia.ts';
import type { StandInQueue } from './standInQueue.ts';

/** The host's name for a result at twice the size, without its special cases. */
function standInName(name: string, template: string): string {
  const [stem, ext = ''] = name.split(/\.(?=[^.]*$)/);
  const values: Readonly<Record<string, string>> = { dir: '', name: stem ?? '', size: '4x', ext };
  return template.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? key).replace(/^\//, '');
}

function namedAlone(source: Source, path: string): Source {
  return source.kind === 'root' ? { ...source, relative: path } : { kind: 'path', path };
}

function estimateMs({ width, height }: Size): number {
  return (width * height) / 2_340;
}

function estimateBytes({ width, height }: Size): number {
  return width * height * 0.2;
}

/** The methods for sources before they are a batch. */
export function standInSourceMethods(
  media: StandInMedia,
  queue: StandInQueue,
): MethodsOf<'inspectSources' | 'getFreeSpace' | 'listRoot'> {
  return {
    inspectSources: async ({ sources, settings, nameTemplate }) => {
      const found = sources.map(async (source) =>
        (await queue.imagesOf(source)).map(({ path, ...image }) => ({
          ...image,
          source: path === undefined ? source : namedAlone(source, path),
        })),
      );
      const images = (await Promise.all(found)).flat();
      const good = images.filter(({ size }) => size.width > 0);
      return {
        pictures: good.map((image) => ({
          ...image,
          estimateMs: estimateMs(targetSize(image.size, settings.sizing)),
          estimateBytes: estimateBytes(targetSize(image.size, settings.sizing)),
          ...(nameTemplate !== undefined && { outputName: standInName(image.name, nameTemplate) }),
        })),
        refused: images
          .filter(({ size }) => size.width === 0)
          .map(({ name }) => ({
            name,
            error: { code: 'image/unsupported-format' as const, message: `${name} is not an image.` },
          })),
      };
    },
    getFreeSpace: async () => ({ freeBytes: media.freeBytes ?? 21e9 }),
    listRoot: async ({ relative, offset, limit }) => {
      const entries = media.folder(relative);
      return { total: entries.length, offset, entries: entries.slice(offset, offset + limit) };
    },
  };
}

/**
 * The methods for images and results.
 *
 * @param showSettings Called with the settings of each preview.
 */
export function standInImageMethods(
  media: StandInMedia,
  queue: StandInQueue,
  showSettings: (settings: JobSettings) => void,
): MethodsOf<
  | 'getReport'
  | 'getBatchReport'
  | 'getHeatMap'
  | 'exportReport'
  | 'exportComparison'
  | 'openImage'
  | 'downloadResult'
  | 'previewCrop'
> {
  return {
    getReport: async ({ jobId }) => {
      const { view, image } = queue.job(jobId);
      if (view.state.kind !== 'done')
        throw new EnlargerError('report/not-found', `Job ${jobId} has no report.`);
      return standInReport(view, image.sizeBytes);
    },
    getBatchReport: async ({ batchId, ...page }) => {
      const jobs = queue.jobsOf(batchId);
      return standInSummary(jobs, countJobs(jobs), page);
    },
    getHeatMap: async ({ jobId }) => {
      const { image } = queue.job(jobId);
      const pyramid = await media.pyramid(image, { width: 64, height: 64 });
      return { media: `${pyramid.media}/0/0/0` };
    },
    exportComparison: async ({ jobId }) => {
      const fileName = `${queue.job(jobId).view.name} before-after.jpg`;
      return { media: media.file(fileName, 'a comparison'), fileName };
    },
    exportReport: async ({ format }) => ({
      media: media.file(`report.${format}`, `a report as ${format}`),
      fileName: `report.${format}`,
      format,
    }),
    openImage: async ({ jobId, which }) => {
      const { view, image } = queue.job(jobId);
      const size = which === 'result' && view.state.kind === 'done' ? view.state.outputSize : image.size;
      return { ...(await media.pyramid(image, size)), size };
    },
    downloadResult: async ({ jobId }) => {
      const { name } = queue.job(jobId).view;
      return { media: media.file(name, 'a result'), fileName: name };
    },
    previewCrop: async ({ source, crop, settings }) => {
      showSettings(settings);
      const [image] = await queue.imagesOf(source);
      if (image === undefined) throw new EnlargerError('input/not-found', 'There is no such image.');
      const whole = targetSize(image.size, settings.sizing);
      const size = {
        width: Math.round((crop.width * whole.width) / image.size.width),
        height: Math.round((crop.height * whole.height) / image.size.height),
      };
      const images = await media.preview(image, crop, size);
      return {
        ...images,
        size,
        model: settings.model === AUTO_MODEL ? 'fast' : settings.model,
        device: 'Intel Core i7-1260P',
        elapsedMs: 240,
        estimateMs: estimateMs(whole),
      };
    },
  };
}
