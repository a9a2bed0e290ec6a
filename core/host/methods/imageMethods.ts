import path from 'node:path';
import { EnlargerError } from '../../api/errors.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { contentTypeOf } from '../contentTypeOf.ts';
import { isWholeResult } from '../queue/knownResult.ts';
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

/**
 * The same for whoever may not name paths: a file is only given away if it is, to the byte, what this program made.
 * Otherwise a request could name any file as a target, have it skipped as "there already", and fetch it.
 */
async function ownResultOf(context: HostContext, jobId: number): Promise<string> {
  const file = resultOf(context, jobId);
  if (context.capabilities.localPaths) return file;
  for (const result of context.store.results.atPath(file)) {
    if (result.outputPath === file && (await isWholeResult(result))) return file;
  }
  const message = `${path.basename(file)} was not made by this program, or was changed since. Open it in its folder.`;
  throw new EnlargerError('request/forbidden', message, { jobId });
}

/** Looking at images: sources, results, and images that are not made yet. */
export function imageMethods(
  context: HostContext,
): MethodsOf<'openImage' | 'downloadResult' | 'previewCrop' | 'getHeatMap'> {
  const { media, sources, modelsFolder } = context;
  return {
    openImage: async ({ jobId, which }) =>
      media.pyramid(
        which === 'source' ? requireJob(context, jobId).source : await ownResultOf(context, jobId),
      ),
    downloadResult: async ({ jobId }) => {
      const file = await ownResultOf(context, jobId);
      const fileName = path.basename(file);
      return { media: media.offer(file, contentTypeOf(file), fileName), fileName };
    },
    previewCrop: async ({ source, crop, settings }) => {
      const [file] =
        source.kind === 'job' ? [requireJob(context, source.jobId).source] : await sources.resolve(source);
      if (file === undefined) throw new EnlargerError('input/not-found', 'There is no image to show.');
      return media.previewCrop({ file, crop, settings, modelsFolder });
    },
    getHeatMap: async ({ jobId, kind }) => {
      const { source } = requireJob(context, jobId);
      const output = await ownResultOf(context, jobId);
      return { media: await media.heatMap({ input: source, output, kind }) };
    },
  };
}
