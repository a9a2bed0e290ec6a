import path from 'node:path';
import { EnlargerError } from '../../api/errors.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { contentTypeOf } from '../contentTypeOf.ts';
import { ownResult, resultPath } from '../ownResult.ts';
import { filesOf } from '../batches/filesOf.ts';
import { requireJob } from './jobMethods.ts';

/** The result of a job, for whoever may name paths; for all others only what this program made. */
function shownResult({ store, capabilities }: HostContext, jobId: number): Promise<string> {
  return capabilities.localPaths ? Promise.resolve(resultPath(store, jobId)) : ownResult(store, jobId);
}

/** Viewing images: sources, results and previews. */
export function imageMethods(
  context: HostContext,
): MethodsOf<'openImage' | 'downloadResult' | 'previewCrop' | 'getHeatMap' | 'exportComparison'> {
  const { media, modelsFolder } = context;
  return {
    openImage: async ({ jobId, which }) =>
      media.pyramid(
        which === 'source' ? requireJob(context, jobId).source : await shownResult(context, jobId),
      ),
    downloadResult: async ({ jobId }) => {
      const file = await shownResult(context, jobId);
      const fileName = path.basename(file);
      return { media: media.offer(file, contentTypeOf(file), fileName), fileName };
    },
    previewCrop: async ({ source, crop, settings }) => {
      const [file] = await filesOf(source, context);
      if (file === undefined) throw new EnlargerError('input/not-found', 'There is no image to show.');
      return media.previewCrop({ file, crop, settings, modelsFolder });
    },
    exportComparison: async ({ jobId, ...arrangement }) => {
      const { source } = requireJob(context, jobId);
      const output = await shownResult(context, jobId);
      const suffix = arrangement.layout === 'split' ? 'before-after' : 'before-after side by side';
      const fileName = `${path.parse(output).name} ${suffix}.jpg`;
      const request = { input: source, output, ...arrangement };
      return { media: await media.comparison(request, fileName), fileName };
    },
    getHeatMap: async ({ jobId, kind }) => {
      const { source } = requireJob(context, jobId);
      const output = await shownResult(context, jobId);
      return { media: await media.heatMap({ input: source, output, kind }) };
    },
  };
}
