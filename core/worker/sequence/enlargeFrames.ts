import { createFrameStack, encodeFrames, isAnimatedFormat } from '../../image/animation/encodeFrames.ts';
import type { FrameStack } from '../../image/animation/frames.ts';
import { readFrames } from '../../image/animation/readFrames.ts';
import type { RowStore } from '../../image/rowStore.ts';
import type { EnlargedImage, EnlargeJob } from '../../pool/messages.ts';
import { bleedColour } from '../../tiling/bleedColour.ts';
import {
  makeResult,
  writeEncoded,
  type JobHooks,
  type OpenedInput,
  type WorkerTools,
  type WriteResult,
} from '../oneImage.ts';
import { throwIfCancelled } from '../semaphore.ts';
import { combineResults, partHooks } from './combineResults.ts';

/** Puts a finished frame into its place in the stack. */
function writeFrame(stack: FrameStack, place: number): WriteResult {
  return (store: RowStore) => {
    const { data } = store.read(0, stack.height);
    stack.data.set(data, place * stack.width * stack.height * 4);
    // The size is only known after the last frame.
    return Promise.resolve({ sizeBytes: 0, sha256: '', warnings: [] });
  };
}

/** All frames are enlarged with the model that was chosen for the first: an animation must not change its appearance. */
function withModelOf(first: EnlargedImage | undefined, job: EnlargeJob): EnlargeJob {
  if (first?.choice === undefined) return job;
  const { family, strength } = first.choice;
  return { ...job, settings: { ...job.settings, model: family, strength } };
}

/**
 * Enlarges frames of an animation into one: disposal and transparency are resolved before, delays and loops are kept.
 *
 * @param opened The first frame.
 * @param indices Frames from 0, in their order.
 */
export async function enlargeFrames(
  opened: OpenedInput,
  indices: readonly number[],
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargedImage> {
  const { outputFormat: format, settings } = job;
  if (!isAnimatedFormat(format)) throw new TypeError(`${format} has no animations.`);
  const { facts, options, to } = opened;
  const frames = await readFrames(facts.decodable, opened.file.format, {
    maxPixels: options.maxPixels,
    ignoreIcc: facts.profileApplies,
    count: facts.pages,
  });
  const stack = createFrameStack(to, indices.length);
  const results: EnlargedImage[] = [];
  for (const [place, index] of indices.entries()) {
    throwIfCancelled(hooks.signal);
    const source = { ...frames.frame(index), warnings: frames.warnings };
    bleedColour(source);
    const { previewPath, ...rest } = job;
    const frameJob: EnlargeJob = place === 0 ? job : withModelOf(results[0], rest);
    const part = partHooks(hooks, place, indices.length);
    results.push(
      await makeResult(opened, frameJob, tools, { hooks: part, write: writeFrame(stack, place), source }),
    );
  }
  const delaysMs = indices.map((index) => frames.delaysMs[index] ?? 0);
  const written = await writeEncoded(opened, job, { ...to, channels: 4 }, ({ lossless }) =>
    encodeFrames(stack, { format, delaysMs, loop: frames.loop, lossless, quality: settings.quality }),
  );
  const [first, ...others] = results;
  if (first === undefined) throw new RangeError('An animation has at least one frame.');
  return combineResults([first, ...others], written, written.warnings);
}
