import { stat } from 'node:fs/promises';
import type { ExistsPolicy } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import { fileVersion } from '../../files/fileKey.ts';
import { existingKind } from '../../files/publish.ts';
import { isTruncated } from './isTruncated.ts';

/** Copying and volumes such as FAT round times to two seconds. */
const TIME_TOLERANCE_MS = 2_000;

export interface TargetRequest {
  readonly target: string;
  readonly source: string;
  readonly exists: ExistsPolicy;
  /**
   * Whether the file at the target is an original that must never be written to.
   *
   * @param byContent Also compare its bytes: before it is replaced.
   */
  readonly isOriginal: (file: string, byContent: boolean) => Promise<boolean>;
}

/** What a target's present state means for a job. */
export type TargetState =
  /** `replaces`: the version of the file that the result may replace. */
  | { readonly kind: 'work'; readonly replaces?: string }
  /** The result is there; `outdated`: its source was changed after it was made. */
  | { readonly kind: 'there'; readonly reason: 'output-exists' | 'output-outdated' };

/** A result has its source's time of modification, so a source that was changed later has a later one. */
async function isOutdated({ source, target }: TargetRequest): Promise<boolean> {
  const [from, made] = await Promise.all([source, target].map((file) => stat(file).catch(() => undefined)));
  return from !== undefined && made !== undefined && from.mtimeMs > made.mtimeMs + TIME_TOLERANCE_MS;
}

async function replacing(target: string): Promise<TargetState> {
  const replaces = await fileVersion(target);
  return { kind: 'work', ...(replaces !== undefined && { replaces }) };
}

/**
 * Decides by what there is at a target whether there is work to do. An empty or truncated file does not count as a
 * result.
 *
 * @throws EnlargerError `output/is-an-input`, `output/is-a-directory`, `output/exists`.
 */
export async function inspectTarget(request: TargetRequest): Promise<TargetState> {
  const { target, exists } = request;
  const found = await existingKind(target);
  if (found === 'nothing') return { kind: 'work' };
  const isReplaced = exists === 'overwrite' || (found === 'file' && (await isTruncated(target)));
  if (await request.isOriginal(target, isReplaced)) {
    const message = `${target} is one of the inputs, and inputs are never written to. Choose another output.`;
    throw new EnlargerError('output/is-an-input', message, { file: target });
  }
  if (found === 'folder' || (found === 'other' && exists === 'overwrite')) {
    const message = `${target} is not a file, so an image cannot replace it. Choose another output.`;
    throw new EnlargerError('output/is-a-directory', message, { file: target });
  }
  if (isReplaced) return replacing(target);
  if (exists === 'error') {
    const message = `${target} exists already. Choose another output, or another --exists.`;
    throw new EnlargerError('output/exists', message, { file: target });
  }
  if (exists === 'rename') return { kind: 'work' };
  return { kind: 'there', reason: (await isOutdated(request)) ? 'output-outdated' : 'output-exists' };
}
