import type { Source } from '../../../core/api/batchSpec.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { Size } from '../../../core/api/image.ts';
import type { Sizing } from '../../../core/api/jobSettings.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import type { InspectedSources, MediaId } from '../../../core/api/views.ts';
import type { DraftSource } from './draftSource.svelte.ts';

/** An image that waits for its batch, as a row shows it. */
export interface DraftRow {
  readonly key: string;
  readonly name: string;
  readonly group: DraftSource;
  /** Refers to this image alone; known once it was inspected. */
  readonly source?: Source | undefined;
  readonly thumbnail?: string | undefined;
  readonly size?: Size | undefined;
  readonly target?: Size | undefined;
  readonly sizeBytes: number;
  /** Name of the result. */
  readonly outputName?: string | undefined;
  readonly estimateMs?: number | undefined;
  /** Of the result. */
  readonly estimateBytes?: number | undefined;
  readonly state: 'sending' | 'reading' | 'ready';
}

export interface RefusedInput {
  readonly name: string;
  readonly error: ErrorDto;
}

type Image = InspectedSources['pictures'][number];

interface RowContext {
  readonly sizing: Sizing;
  /** How long a pixel of a result takes in the preview; undefined until something was computed. */
  readonly msPerPixel: number | undefined;
  readonly mediaUrl: (media: MediaId) => string;
}

/** For an upload, the browser's own, which is available immediately; else the host's. */
function thumbnailOf({ thumbnail }: Image, group: DraftSource, { mediaUrl }: RowContext): string | undefined {
  return group.thumbnail ?? (thumbnail && mediaUrl(thumbnail));
}

function rowOf(image: Image, group: DraftSource, context: RowContext): Omit<DraftRow, 'key'> {
  const { size } = image;
  const target = size && targetSize(size, context.sizing);
  const { msPerPixel } = context;
  return {
    name: image.name,
    group,
    source: image.source,
    thumbnail: thumbnailOf(image, group, context),
    size,
    target,
    sizeBytes: image.sizeBytes,
    // Until this machine has enlarged similar images, only the speed of the preview is known.
    estimateMs: image.estimateMs ?? (msPerPixel && target && msPerPixel * target.width * target.height),
    estimateBytes: image.estimateBytes,
    outputName: image.outputName,
    state: 'ready',
  };
}

/** The sources of some rows: a folder if all of its images are among them, otherwise image by image. */
export function sourcesOf(rows: readonly DraftRow[]): readonly Source[] {
  const groups = new Map<DraftSource, DraftRow[]>();
  for (const row of rows) {
    const others = groups.get(row.group);
    if (others === undefined) groups.set(row.group, [row]);
    else others.push(row);
  }
  return [...groups].flatMap(([{ images, source }, own]) => {
    if (images.length === 0 || source === undefined) return [];
    return own.length === images.length ? [source] : own.flatMap((row) => row.source ?? []);
  });
}

/** The rows of one addition: its images, or itself until it was inspected. */
export function rowsOf(group: DraftSource, context: RowContext): readonly DraftRow[] {
  if (group.state !== 'ready') {
    const { key, name, thumbnail, sizeBytes, state } = group;
    return [{ key, name, group, thumbnail, sizeBytes, state }];
  }
  return group.images.map((image, index) => ({
    key: `${group.key}/${index}`,
    ...rowOf(image, group, context),
  }));
}
