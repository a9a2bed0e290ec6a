import path from 'node:path';
import type { BatchSpec } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import { IMAGE_FORMATS, type InputFormat } from '../../api/imageFormats.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { formatOfTemplate } from '../../jobs/outputNames.ts';

interface PlannedJob {
  readonly source: string;
  readonly target: string;
  readonly format: OutputFormat;
}

/** Whether the format of a batch's results, and thus their extension, follows each source. */
function followsSource({ settings, nameTemplate, destination }: BatchSpec, target: string): boolean {
  const isNamed = destination.kind === 'path' && path.resolve(destination.path) === target;
  return settings.format === 'same' && !isNamed && formatOfTemplate(nameTemplate) === undefined;
}

/**
 * Checks that a source still has the format by which its result was named. It may have been replaced while it waited;
 * the extension of the result would then not match its format.
 *
 * @param input Format of the source as it was read for the result.
 * @throws EnlargerError `input/changed`.
 */
export function assertSameFormat(
  { source, target, format }: PlannedJob,
  spec: BatchSpec,
  input: InputFormat,
): void {
  if (!followsSource(spec, target)) return;
  const now = IMAGE_FORMATS[input].writtenAs;
  // A GIF of one frame is written as PNG.
  if (now === format || (now === 'gif' && format === 'png')) return;
  const message = `${source} was replaced by an image of another format while it waited. Enlarge it again.`;
  throw new EnlargerError('input/changed', message, { file: source, format: input });
}
