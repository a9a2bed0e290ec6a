import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import { readableFormatNames } from '../../api/imageFormats.ts';
import type { Source } from '../../api/batchSpec.ts';
import type { MethodInputs } from '../../api/methodInputs.ts';
import type { InspectedSources } from '../../api/views.ts';
import { looksLikeImage, readImageFormat } from '../../image/readInput.ts';
import { findImages } from '../../jobs/findImages.ts';
import { targetSize } from '../../jobs/targetSize.ts';
import type { HostContext } from '../hostContext.ts';

type Input = z.output<MethodInputs['inspectSources']>;
type Image = InspectedSources['pictures'][number];
type Refused = InspectedSources['refused'][number];

/** Whole images that are looked into for their size: as many as a person sees at once. */
const MAX_SIZES = 24;

const NOT_AN_IMAGE: ErrorDto = {
  code: 'image/unsupported-format',
  message: `Unsupported image format. Supported formats: ${readableFormatNames()}.`,
};

/** A source and a path that it stands for. */
interface Place {
  readonly source: Source;
  readonly path: string;
}

/** Names one image in the words of the source that led to it. */
function sourceOf(file: string, places: readonly Place[]): Source {
  for (const { source, path: start } of places) {
    const way = path.relative(start, file).split(path.sep);
    if (source.kind === 'path' || way[0] === '..' || path.isAbsolute(way.join(path.sep))) continue;
    if (source.kind === 'upload') return source;
    const relative = [source.relative, ...way].filter((name) => name !== '').join('/');
    return { ...source, relative };
  }
  return { kind: 'path', path: file };
}

async function inspectFile(
  file: string,
  source: Source,
  looksInside: boolean,
  { settings }: Input,
  { media, rate }: HostContext,
): Promise<Image> {
  await readImageFormat(file);
  const sizeBytes = (await stat(file)).size;
  const seen = looksInside ? await media.thumbnail(file) : undefined;
  const size = seen?.size;
  const pace = rate.megapixelsPerSecond();
  const to = size && targetSize(size, settings.sizing);
  return {
    name: path.basename(file),
    source,
    ...(seen && { size: seen.size, thumbnail: seen.media }),
    sizeBytes,
    ...(to && pace > 0 && { estimateMs: Math.round((to.width * to.height) / 1e3 / pace) }),
  };
}

/** What a drop contains: its images, and what is not accepted, with the reason. */
export async function inspectSources(context: HostContext, input: Input): Promise<InspectedSources> {
  const places: Place[] = [];
  for (const source of input.sources) {
    for (const each of await context.sources.resolve(source)) places.push({ source, path: each });
  }
  const inputs = places.map((place) => place.path);
  const found = await findImages(inputs, { recursive: input.recursive, include: [], exclude: [] });
  const images: Image[] = [];
  const refused: Refused[] = [];
  const inspect = async (file: string): Promise<void> => {
    try {
      const looksInside = images.length < MAX_SIZES;
      images.push(await inspectFile(file, sourceOf(file, places), looksInside, input, context));
    } catch (error) {
      if (!(error instanceof EnlargerError)) throw error;
      refused.push({ name: path.basename(file), error: toErrorDto(error) });
    }
  };
  for (const { path: file } of found.pictures) await inspect(file);
  for (const { path: file } of found.others) {
    if (await looksLikeImage(file)) await inspect(file);
    else refused.push({ name: path.basename(file), error: NOT_AN_IMAGE });
  }
  for (const { path: file, error } of found.failures) refused.push({ name: path.basename(file), error });
  return { pictures: images, refused };
}
