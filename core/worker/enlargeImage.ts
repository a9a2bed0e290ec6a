import { rm } from 'node:fs/promises';
import { assertFits } from '../api/imageFormats.ts';
import { readInput } from '../image/readInput.ts';
import { targetSize } from '../api/targetSize.ts';
import { assertOutputSize } from '../jobs/outputSize.ts';
import type { EnlargeJob, EnlargeResult } from '../pool/messages.ts';
import {
  estimateBytes,
  inspectInput,
  makeResult,
  megapixelsOf,
  type JobHooks,
  type OpenedInput,
  type WorkerTools,
} from './oneImage.ts';
import { chooseSequence, leftOutNote, type Sequence } from '../image/animation/chooseSequence.ts';
import { enlargeFrames } from './sequence/enlargeFrames.ts';
import { enlargePageFiles } from './sequence/enlargePageFiles.ts';
import { enlargePages } from './sequence/enlargePages.ts';

export type { JobHooks, WorkerTools } from './oneImage.ts';

function make(
  opened: OpenedInput,
  sequence: Sequence,
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargeResult> {
  switch (sequence.kind) {
    case 'single':
      return makeResult(opened, job, tools, { hooks });
    case 'pages':
      return enlargePages(opened, sequence.indices, job, tools, hooks);
    case 'page-files':
      return enlargePageFiles(opened, sequence.indices, job, tools, hooks);
    case 'frames':
      return enlargeFrames(opened, sequence.indices, job, tools, hooks);
  }
}

/**
 * One image from file to file: read → decode → enlarge → encode with its metadata → verify; page by page, or frame by frame,
 * when the file has several and the target supports them. The result is at the job's temporary path; the host gives it its
 * final name.
 *
 * @throws EnlargerError with a code from the closed list; nothing is left at the temporary path then.
 */
export async function enlargeImage(
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargeResult> {
  hooks.onStage?.('decode');
  // A worker that died over this job may have left a part of it.
  await rm(job.tempPath, { force: true });
  await rm(job.scratchFolder, { recursive: true, force: true });
  const file = await readInput(job.inputPath);
  const { settings, outputFormat } = job;
  const first = await inspectInput(file, job);
  const formats = { input: file.format, output: outputFormat };
  const sequence = chooseSequence(first.facts.pages, formats, settings.pages);
  const start = sequence.kind === 'single' ? sequence.page : (sequence.indices[0] ?? 0);
  const inspected = start === 0 ? first : await inspectInput(file, job, start);
  const { facts } = inspected;
  const to = targetSize(facts.size, settings.sizing);
  if (settings.onlyIfSmaller && to.width <= facts.size.width && to.height <= facts.size.height) {
    return { kind: 'large-enough', input: facts.size };
  }
  assertOutputSize(to, settings.maxOutputMegapixels);
  assertFits(to, outputFormat);
  hooks.onStage?.('wait');
  const leaveMemory = await tools.memory.enter(estimateBytes(facts, to), hooks.signal);
  try {
    hooks.onStage?.('decode', megapixelsOf(facts.size));
    const result = await make({ file, ...inspected, to }, sequence, job, tools, hooks);
    const note = leftOutNote(first.facts.pages, sequence, file.format);
    if (note === undefined || result.kind !== 'enhanced') return result;
    return { ...result, warnings: [...result.warnings, note] };
  } catch (error) {
    await rm(job.tempPath, { force: true });
    throw error;
  } finally {
    leaveMemory();
  }
}
