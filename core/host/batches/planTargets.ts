import path from 'node:path';
import { toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { arePagesApart, chosenPages } from '../../api/pageChoice.ts';
import { formatOfExtension } from '../../api/imageFormats.ts';
import { looksLikeImage, readSourceFacts, type SourceFacts } from '../../image/readInput.ts';
import { findImages, type FoundImage } from '../../jobs/findImages.ts';
import {
  assertNameTemplate,
  fillTemplate,
  namePartsOf,
  splitName,
  type NameParts,
} from '../../jobs/outputNames.ts';
import { pageName } from '../../jobs/pageNames.ts';
import type { EarlierResults } from './earlierResults.ts';
import { findOptionsOf } from './findOptions.ts';
import { giveNames, type WantedName } from './giveNames.ts';
import type { PlanRequest } from './planRequest.ts';
import { outputPlace, requestedFormat, type OutputPlace } from './outputPlace.ts';

export interface PlannedTarget {
  readonly target: string;
  readonly format: OutputFormat;
}

/** Why an input is skipped: see `SKIP_REASONS`. */
export type LeftAloneReason = 'not-a-picture' | 'own-result' | 'linked-folder';

/** An input and what is known before any work: its target, or why it does not get one. */
export type PlannedJob = { readonly id: number; readonly input: string } & (
  | ({ readonly kind: 'planned' } & PlannedTarget)
  /** `later`: where its result goes if it can be read at another try. */
  | { readonly kind: 'failed'; readonly error: ErrorDto; readonly later?: PlannedTarget }
  | { readonly kind: 'left-alone'; readonly reason: LeftAloneReason }
);

/** A request with everything that its images share. */
interface Plan {
  readonly request: PlanRequest;
  readonly place: OutputPlace;
  /** Undefined: the source's. */
  readonly format: OutputFormat | undefined;
}

function partsOf(image: FoundImage, format: OutputFormat, { request, place }: Plan): NameParts {
  return namePartsOf({
    fileName: path.basename(image.path),
    dir: place.kind === 'beside' ? '' : image.relativeFolder,
    ...{ format, settings: request.settings },
  });
}

/** The name that an image's result gets by its own name and the settings. */
function usualTarget(image: FoundImage, format: OutputFormat, plan: Plan): string {
  const { request, place } = plan;
  if (place.kind === 'file') return place.path;
  const relative = fillTemplate(request.nameTemplate, partsOf(image, format, plan));
  const folder =
    place.kind === 'beside'
      ? path.resolve(place.ownFolder(path.dirname(image.path)), place.folderName)
      : place.path;
  return path.join(folder, relative);
}

/** The names of the files of a source's pages, if each gets one: by their numbers, regardless of other files. */
function pageTargets(usual: string, source: SourceFacts, format: OutputFormat, { request }: Plan): string[] {
  if (source.pages === 1 || !arePagesApart(source.format, format)) return [];
  const pages = chosenPages(request.settings.pages ?? 'all', source.pages);
  return pages.length === 1 ? [] : pages.map((page) => pageName(usual, page + 1));
}

/** An image with its usual name, or the reason why it cannot be read and the name that it would have. */
async function nameImage(image: FoundImage, plan: Plan): Promise<WantedName> {
  try {
    // Read even if the format is fixed: a file that is not an image fails here, before it costs a worker anything.
    const source = await readSourceFacts(image.path, plan.request.settings.pages);
    const format = plan.format ?? source.same;
    const usual = usualTarget(image, format, plan);
    const [first = usual, ...others] = pageTargets(usual, source, format, plan);
    return { image, format, wanted: first, others };
  } catch (error) {
    const { extension } = splitName(path.basename(image.path));
    const format = plan.format ?? formatOfExtension(extension) ?? 'png';
    return { image, format, wanted: usualTarget(image, format, plan), error: toErrorDto(error) };
  }
}

/**
 * If results are next to their sources, a second run finds both. A file that has the name of another input's result is
 * that result, and is not enlarged again.
 */
function leaveResultsAlone(
  jobs: readonly PlannedJob[],
  names: ReadonlyMap<number, WantedName>,
  fromFolders: ReadonlySet<number>,
): PlannedJob[] {
  const targetsOf = (job: PlannedJob): readonly string[] =>
    job.kind === 'planned' ? [job.target, ...(names.get(job.id)?.others ?? [])] : [];
  const owners = new Map(
    jobs.flatMap((job) => targetsOf(job).map((target) => [path.resolve(target), job.id] as const)),
  );
  return jobs.map((job) => {
    const owner = owners.get(path.resolve(job.input));
    // What cannot be read is not a result, and an image that would be named like itself is the user's own.
    const isResult =
      job.kind === 'planned' && fromFolders.has(job.id) && owner !== undefined && owner !== job.id;
    return isResult ? { kind: 'left-alone', id: job.id, input: job.input, reason: 'own-result' } : job;
  });
}

/** What a search has found, in order: images to name, and inputs that are skipped or missing. */
type Found =
  | { readonly kind: 'image'; readonly image: FoundImage }
  | { readonly kind: 'left-alone'; readonly input: string; readonly reason: LeftAloneReason }
  | { readonly kind: 'failed'; readonly input: string; readonly error: ErrorDto };

async function findAll(request: PlanRequest, earlier: EarlierResults): Promise<Found[]> {
  const found = await findImages(request.inputs, findOptionsOf(request));
  const search = {
    roots: found.roots,
    found: [...found.pictures, ...found.others].map((image) => image.path),
    output: request.output.kind === 'path' ? path.resolve(request.output.path) : undefined,
  };
  const all: Found[] = [];
  const addImage = async (image: FoundImage): Promise<void> => {
    const isOwn = image.fromFolder && (await earlier.isOwn(image.path, search));
    if (isOwn) all.push({ kind: 'left-alone', input: image.path, reason: 'own-result' });
    else all.push({ kind: 'image', image });
  };
  for (const image of found.pictures) await addImage(image);
  for (const other of found.others) {
    if (await looksLikeImage(other.path)) await addImage(other);
    else all.push({ kind: 'left-alone', input: other.path, reason: 'not-a-picture' });
  }
  for (const input of found.linkedFolders) all.push({ kind: 'left-alone', input, reason: 'linked-folder' });
  for (const { path: input, error } of found.failures) all.push({ kind: 'failed', input, error });
  return all;
}

function jobOf(id: number, { image, format, error }: WantedName, target: string): PlannedJob {
  const input = image.path;
  if (error === undefined) return { kind: 'planned', id, input, target, format };
  return { kind: 'failed', id, input, error, later: { target, format } };
}

/**
 * Finds a request's images and gives each its own target.
 *
 * @param earlier Results of earlier runs.
 * @throws EnlargerError `usage/…`, or `input/not-found` (a list that does not exist), if nothing can be done.
 */
export async function planTargets(request: PlanRequest, earlier: EarlierResults): Promise<PlannedJob[]> {
  const place = await outputPlace(request);
  const plan: Plan = { request, place, format: requestedFormat(place, request) };
  if (place.kind !== 'file') assertNameTemplate(request.nameTemplate, request.settings);
  const found = await findAll(request, earlier);
  const names = new Map<number, WantedName>();
  for (const [id, each] of found.entries()) {
    request.signal?.throwIfAborted();
    if (each.kind === 'image') names.set(id, await nameImage(each.image, plan));
  }
  const targets = place.kind === 'file' ? new Map<number, string>() : await giveNames(names, earlier);
  const fromFolders = new Set([...names].flatMap(([id, { image }]) => (image.fromFolder ? [id] : [])));
  const jobs = found.map((each, id): PlannedJob => {
    if (each.kind !== 'image') return { ...each, id };
    const name = names.get(id);
    if (name === undefined) throw new TypeError(`Image ${id} has no name.`);
    return jobOf(id, name, targets.get(id) ?? name.wanted);
  });
  return leaveResultsAlone(jobs, names, fromFolders);
}
