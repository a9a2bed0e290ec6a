import path from 'node:path';
import { EnlargerError } from '../../api/errors.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { contentTypeOf } from '../contentTypeOf.ts';
import { requireJob } from './jobMethods.ts';

/** @throws EnlargerError `job/wrong-state` for a job that has no result. */
function resultOf(context: HostContext, jobId: number): string {
  const { state } = requireJob(context, jobId);
  if (state.kind === 'done') return state.outputPath;
  if (state.kind === 'skipped' && state.outputPath !== undefined) return state.outputPath;
  throw new EnlargerError('job/wrong-state', `Job ${jobId} has no result: it is ${state.kind}.`, {
    jobId,
    state: state.kind,
  });
}

/** Looking at images: sources, results, and what is not made yet. */
export function imageMethods(
  context: HostContext,
): MethodsOf<'openImage' | 'downloadResult' | 'previewCrop' | 'getHeatMap'> {
  const { media, sources, modelsFolder } = context;
  return {
    openImage: ({ jobId, which }) =>
      media.pyramid(which === 'source' ? requireJob(context, jobId).source : resultOf(context, jobId)),
    downloadResult: ({ jobId }) => {
      const file = resultOf(context, jobId);
      const fileName = path.basename(file);
      return Promise.resolve({ media: media.offer(file, contentTypeOf(file), fileName), fileName });
    },
    previewCrop: async ({ source, crop, settings }) => {
      const [file] =
        source.kind === 'job' ? [requireJob(context, source.jobId).source] : await sources.resolve(source);
      if (file === undefined) throw new EnlargerError('input/not-found', 'There is no image to show.');
      return media.previewCrop({ file, crop, settings, modelsFolder });
    },
    getHeatMap: async ({ jobId, kind }) => {
      const { source } = requireJob(context, jobId);
      return { media: await media.heatMap({ input: source, output: resultOf(context, jobId), kind }) };
    },
  };
}
