import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { formatOfExtension } from '../../api/imageFormats.ts';
import { looksLikeImage, readSameFormat } from '../../image/readInput.ts';
import { findImages, type FindOptions, type FoundImage } from '../../jobs/findImages.ts';
import { extensionFor, fillTemplate, splitName, TargetNames } from '../../jobs/outputNames.ts';
import { sizingLabel } from '../../jobs/targetSize.ts';

export interface PlannedTarget {
  readonly target: string;
  readonly format: OutputFormat;
}

/** An input with what is known before any work: its target, or why it has none. */
export type PlannedJob = { readonly id: number; readonly input: string } & (
  | ({ readonly kind: 'planned' } & PlannedTarget)
  /** `later`: where its result goes if it can be read at another try. */
  | { readonly kind: 'failed'; readonly error: ErrorDto; readonly later?: PlannedTarget }
  /** `not-a-picture`: another file of a folder; `own-result`: what this very batch makes of another input. */
  | { readonly kind: 'left-alone'; readonly reason: 'not-a-picture' | 'own-result' }
);

interface BesideSources {
  readonly kind: 'beside';
  readonly folderName: string;
  /** The folder that counts as that of the sources in a folder. */
  readonly ownFolder: (folder: string) => string;
}

/** Which images are meant, and where their results go. */
export interface PlanRequest {
  /** Files, folders, patterns, `@list.txt`. */
  readonly inputs: readonly string[];
  /** A folder, or the name of the one result when there is one input file; or a folder beside each source. */
  readonly output: { readonly kind: 'path'; readonly path: string } | BesideSources;
  readonly settings: JobSettings;
  readonly nameTemplate: string;
  readonly recursive: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

type OutputPlace = { readonly kind: 'folder' | 'file'; readonly path: string } | BesideSources;

/** An output that is no folder yet names a file when its ending does and there is one input file. */
async function outputPlace(request: PlanRequest): Promise<OutputPlace> {
  if (request.output.kind === 'beside') return request.output;
  const given = request.output.path;
  const output = path.resolve(given);
  const stats = await stat(output).catch(() => undefined);
  if (stats?.isDirectory() === true) return { kind: 'folder', path: output };
  const [only] = request.inputs;
  const oneFile =
    request.inputs.length === 1 &&
    only !== undefined &&
    (await stat(only).catch(() => undefined))?.isFile() === true;
  const namesFile = formatOfExtension(path.extname(output)) !== undefined && !/[/\\]$/.test(given);
  if (stats !== undefined && !(oneFile && stats.isFile())) {
    const message = `The output ${given} is a file, but a folder is needed for these inputs.`;
    throw new EnlargerError('usage/invalid-option', message, { output: given });
  }
  return { kind: oneFile && namesFile ? 'file' : 'folder', path: output };
}

async function chooseFormat(
  image: FoundImage,
  place: OutputPlace,
  request: PlanRequest,
): Promise<OutputFormat> {
  // Read even where the answer is known: a file that is no image fails here, before it costs a worker anything.
  const same = await readSameFormat(image.path, request.settings.pages);
  return askedFormat(place, request) ?? same;
}

/** The format of a result by what was said; undefined where it is to be the source's. */
function askedFormat(place: OutputPlace, { settings }: PlanRequest): OutputFormat | undefined {
  if (settings.format !== 'same') return settings.format;
  return place.kind === 'file' ? formatOfExtension(path.extname(place.path)) : undefined;
}

/**
 * The target of an input that could not be read, by its name: it may be whole at another try. Claimed after all
 * others, so that it takes no name from an image that is whole.
 */
function laterTarget(
  image: FoundImage,
  place: OutputPlace,
  names: TargetNames,
  request: PlanRequest,
): PlannedTarget {
  const { extension } = splitName(path.basename(image.path));
  const format = askedFormat(place, request) ?? formatOfExtension(extension) ?? 'png';
  const wanted = targetPath(image, place, format, request);
  return { target: names.claim(wanted, extension), format };
}

function targetPath(
  image: FoundImage,
  place: OutputPlace,
  format: OutputFormat,
  request: PlanRequest,
): string {
  if (place.kind === 'file') return place.path;
  const { name, extension } = splitName(path.basename(image.path));
  const { sizing, model } = request.settings;
  const relative = fillTemplate(request.nameTemplate, {
    dir: place.kind === 'beside' ? '' : image.relativeFolder,
    name,
    ext: extensionFor(format, extension),
    model,
    size: sizingLabel(sizing),
    ...(sizing.kind === 'factor' && { scale: String(sizing.factor) }),
  });
  const folder =
    place.kind === 'beside'
      ? path.resolve(place.ownFolder(path.dirname(image.path)), place.folderName)
      : place.path;
  return path.join(folder, relative);
}

async function planJob(
  image: FoundImage,
  id: number,
  place: OutputPlace,
  names: TargetNames,
  request: PlanRequest,
): Promise<PlannedJob> {
  try {
    const format = await chooseFormat(image, place, request);
    const { extension } = splitName(path.basename(image.path));
    const target = names.claim(targetPath(image, place, format, request), extension);
    return { kind: 'planned', id, input: image.path, target, format };
  } catch (error) {
    return { kind: 'failed', id, input: image.path, error: toErrorDto(error) };
  }
}

/**
 * Where results lie beside their sources, a second run finds both. A file that another input's result would be named
 * after is that result, and is not enlarged again.
 */
function leaveResultsAlone(jobs: readonly PlannedJob[], fromFolders: ReadonlySet<number>): PlannedJob[] {
  const owners = new Map(
    jobs.flatMap((job) => (job.kind === 'planned' ? [[job.target, job.id] as const] : [])),
  );
  return jobs.map((job) => {
    const owner = owners.get(path.resolve(job.input));
    // What cannot be read is no result of ours, and an image that would be named like itself is one of the user's.
    const isResult =
      job.kind === 'planned' && fromFolders.has(job.id) && owner !== undefined && owner !== job.id;
    return isResult ? { kind: 'left-alone', id: job.id, input: job.input, reason: 'own-result' } : job;
  });
}

/** Where results go is no source: not the output folder, nor the folders of results beside their sources. */
function findOptionsOf({ output, recursive, include, exclude }: PlanRequest): FindOptions {
  if (output.kind === 'path') return { recursive, include, exclude, skipFolder: path.resolve(output.path) };
  const results = output.folderName === '' ? [] : [`**/${output.folderName}/**`];
  return { recursive, include, exclude: [...exclude, ...results] };
}

/**
 * Finds a request's images and gives each its own target.
 *
 * @throws EnlargerError `usage/…` or `input/not-found` (a list that is not there): nothing can be done at all.
 */
export async function planTargets(request: PlanRequest): Promise<PlannedJob[]> {
  const place = await outputPlace(request);
  const found = await findImages(request.inputs, findOptionsOf(request));
  const names = new TargetNames();
  const jobs: PlannedJob[] = [];
  const fromFolders = new Set<number>();
  const unread = new Map<number, FoundImage>();
  const add = async (image: FoundImage): Promise<void> => {
    if (image.fromFolder) fromFolders.add(jobs.length);
    const job = await planJob(image, jobs.length, place, names, request);
    // What the request itself makes impossible is so for every image, and at every try.
    if (job.kind === 'failed' && !job.error.code.startsWith('usage/')) unread.set(job.id, image);
    jobs.push(job);
  };
  for (const image of found.pictures) await add(image);
  for (const other of found.others) {
    if (await looksLikeImage(other.path)) await add(other);
    else jobs.push({ kind: 'left-alone', id: jobs.length, input: other.path, reason: 'not-a-picture' });
  }
  for (const { path: input, error } of found.failures) {
    jobs.push({ kind: 'failed', id: jobs.length, input, error });
  }
  const retryable = jobs.map((job) => {
    const image = job.kind === 'failed' ? unread.get(job.id) : undefined;
    return image === undefined ? job : { ...job, later: laterTarget(image, place, names, request) };
  });
  return leaveResultsAlone(retryable, fromFolders);
}
