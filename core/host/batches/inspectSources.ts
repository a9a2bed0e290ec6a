import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { defined } from '../../api/defined.ts';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import { IMAGE_FORMATS, readableFormatNames } from '../../api/imageFormats.ts';
import type { Source } from '../../api/batchSpec.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import type { MethodInputs } from '../../api/methodInputs.ts';
import type { InspectedSources } from '../../api/views.ts';
import { readImageHeader, type ImageHeader } from '../../image/formats/imageHeader.ts';
import { looksLikeImage } from '../../image/readInput.ts';
import { findImages, type FindOptions, type FoundImages } from '../../jobs/findImages.ts';
import { assertNameTemplate, fillTemplate, namePartsOf } from '../../jobs/outputNames.ts';
import { readModelRegistry } from '../../models/modelRegistry.ts';
import { imageShare, type EstimateBasis } from '../estimates/estimateImage.ts';
import { earlierResultsIn } from './earlierResults.ts';
import { filesOf } from './filesOf.ts';
import { findOptionsOf } from './findOptions.ts';
import { readRates } from '../estimates/machineRates.ts';
import { workFor } from '../estimates/planWork.ts';
import type { HostContext } from '../hostContext.ts';
import { isTruncated } from '../queue/isTruncated.ts';
import type { Store } from '../../store/store.ts';

type Input = z.output<MethodInputs['inspectSources']>;
type Image = InspectedSources['pictures'][number];
type Refused = InspectedSources['refused'][number];

/** Images that are inspected for their size: as many as a person sees at once. */
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

/** What inspecting an image needs. */
interface Inspection {
  readonly media: HostContext['media'];
  readonly basis: EstimateBasis;
  readonly nameTemplate?: string | undefined;
}

/** The source of a single image, in the form of the source that it was found through. */
function sourceOf(file: string, places: readonly Place[]): Source {
  for (const { source, path: start } of places) {
    const way = path.relative(start, file).split(path.sep);
    if (source.kind === 'path' || way[0] === '..' || path.isAbsolute(way.join(path.sep))) continue;
    if (source.kind === 'upload' || source.kind === 'job') return source;
    const relative = [source.relative, ...way].filter((name) => name !== '').join('/');
    return { ...source, relative };
  }
  return { kind: 'path', path: file };
}

function outputFormatOf({ format }: ImageHeader, { settings }: EstimateBasis): OutputFormat {
  return settings.format === 'same' ? IMAGE_FORMATS[format].writtenAs : settings.format;
}

/** The name that an image's result gets; undefined while the template is not valid, as when it is being typed. */
function outputNameOf(
  fileName: string,
  format: OutputFormat,
  { basis, nameTemplate }: Omit<Inspection, 'media'>,
): string | undefined {
  if (nameTemplate === undefined) return undefined;
  const { settings } = basis;
  try {
    assertNameTemplate(nameTemplate, settings);
    return path.basename(fillTemplate(nameTemplate, namePartsOf({ fileName, dir: '', format, settings })));
  } catch (error) {
    if (error instanceof EnlargerError) return undefined;
    throw error;
  }
}

/** Time and size of an image's result, as `enlarger plan` estimates them; empty if the header has no size. */
function estimateOf(
  header: ImageHeader,
  basis: EstimateBasis,
): Pick<Image, 'size' | 'estimateMs' | 'estimateBytes'> {
  const work = workFor(header, outputFormatOf(header, basis), basis.settings);
  if (work === undefined) return {};
  if (work === 'large-enough') return defined({ size: header.size, estimateMs: 0, estimateBytes: 0 });
  const { elapsedMs, sizeBytes } = imageShare(work, basis);
  return { size: work.from, estimateBytes: sizeBytes, ...defined({ estimateMs: elapsedMs }) };
}

/** Decodes a file that seems to be cut off: phones append videos to photos, so only decoding shows whether it is. */
async function assertDecodes(file: string, { media, basis }: Inspection): Promise<void> {
  const maxPixels = basis.settings.maxInputMegapixels * 1e6;
  await media.verify(file, { maxPixels, signal: new AbortController().signal });
}

async function inspectFile(
  file: string,
  source: Source,
  looksInside: boolean,
  { media, basis, nameTemplate }: Inspection,
): Promise<Image> {
  const header = await readImageHeader(file);
  const name = path.basename(file);
  const sizeBytes = (await stat(file)).size;
  if (await isTruncated(file)) await assertDecodes(file, { media, basis });
  const seen = looksInside ? await media.thumbnail(file) : undefined;
  const size = seen?.size ?? header.size;
  return {
    name,
    source,
    sizeBytes,
    ...defined({ outputName: outputNameOf(name, outputFormatOf(header, basis), { basis, nameTemplate }) }),
    ...estimateOf({ ...header, ...defined({ size }) }, basis),
    ...(seen && { thumbnail: seen.media }),
  };
}

/** What estimates are made from; an unknown model has no times. */
async function basisOf({ settings }: Input, { store, modelsFolder }: HostContext): Promise<EstimateBasis> {
  const registry = await readModelRegistry(modelsFolder);
  return { rates: readRates(store), registry, settings, measure: true };
}

/** How the folders of a drop are searched: as those of a batch with this destination. */
function searchFor({ recursive, destination }: Input): FindOptions {
  const filter = { recursive, include: [], exclude: [] };
  if (destination?.kind === 'path') return findOptionsOf({ ...filter, output: destination });
  const folderName = destination?.kind === 'beside' ? destination.folderName : '';
  return findOptionsOf({ ...filter, output: { kind: 'beside', folderName } });
}

interface FoundInputs {
  readonly images: readonly string[];
  /** Without an image's extension. */
  readonly others: readonly string[];
  readonly failures: FoundImages['failures'];
  readonly earlierResults: number;
}

/** The files below the given paths, without the results that a batch would leave out. */
async function findInputs(inputs: readonly string[], input: Input, store: Store): Promise<FoundInputs> {
  const options = searchFor(input);
  const { pictures: candidates, others, roots, failures } = await findImages(inputs, options);
  const search = {
    roots,
    found: [...candidates, ...others].map(({ path: file }) => file),
    output: options.skipFolder,
  };
  const earlier = earlierResultsIn(store);
  const images: string[] = [];
  for (const { path: file, fromFolder } of candidates) {
    if (!(fromFolder && (await earlier.isOwn(file, search)))) images.push(file);
  }
  return {
    images,
    others: others.map(({ path: file }) => file),
    failures,
    earlierResults: candidates.length - images.length,
  };
}

/** What a drop contains: its images, and what is not accepted, with the reason. */
export async function inspectSources(context: HostContext, input: Input): Promise<InspectedSources> {
  const places: Place[] = [];
  for (const source of input.sources) {
    for (const each of await filesOf(source, context)) places.push({ source, path: each });
  }
  const inputs = places.map((place) => place.path);
  const basis = await basisOf(input, context);
  const inspection = { media: context.media, basis, nameTemplate: input.nameTemplate };
  const found = await findInputs(inputs, input, context.store);
  const images: Image[] = [];
  const refused: Refused[] = [];
  const inspect = async (file: string): Promise<void> => {
    try {
      const looksInside = images.length < MAX_SIZES;
      images.push(await inspectFile(file, sourceOf(file, places), looksInside, inspection));
    } catch (error) {
      if (!(error instanceof EnlargerError)) throw error;
      refused.push({ name: path.basename(file), error: toErrorDto(error) });
    }
  };
  for (const file of found.images) await inspect(file);
  for (const file of found.others) {
    if (await looksLikeImage(file)) await inspect(file);
    else refused.push({ name: path.basename(file), error: NOT_AN_IMAGE });
  }
  for (const { path: file, error } of found.failures) refused.push({ name: path.basename(file), error });
  const { earlierResults } = found;
  return { pictures: images, refused, ...(earlierResults > 0 && { earlierResults }) };
}
