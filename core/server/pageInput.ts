import type { z } from 'zod';
import type { BatchSpec, Source } from '../api/batchSpec.ts';
import { EnlargerError } from '../api/errors.ts';
import { METHOD_INPUTS } from '../api/methodInputs.ts';
import type { OpenRoots } from './openRoots.ts';

type Batch = Pick<BatchSpec, 'destination' | 'nameTemplate' | 'report' | 'include' | 'exclude'> & {
  readonly sources?: readonly Source[];
};

function forbidden(message: string): EnlargerError {
  return new EnlargerError('request/forbidden', message);
}

function assertNoPaths(sources: readonly { readonly kind: string }[]): void {
  if (sources.some(({ kind }) => kind === 'path')) {
    throw forbidden(
      'Paths of this machine cannot be given from a browser. Send the images, or open their folder.',
    );
  }
}

function assertBesideFits(folderName: string, sources: readonly Source[] | undefined): void {
  if (/[/\\:\0]/.test(folderName) || folderName.startsWith('.')) {
    throw forbidden(`"${folderName}" is not the name of a folder that is shown. Choose another.`);
  }
  if (sources?.some(({ kind }) => kind === 'upload') === true) {
    throw forbidden('Uploaded images have no folder for their results. Choose to download the results.');
  }
}

/** Results and originals go where people see them. */
function assertShown(relative: string): void {
  if (!relative.split('/').some((name) => name.startsWith('.'))) return;
  throw forbidden(`"${relative}" is hidden. Choose a folder that is shown.`);
}

/** Enough for any folder; every image of a batch is compared with all of them. */
const MAX_PATTERNS = 50;
const MAX_PATTERN_LENGTH = 2_000;

function assertPatterns(...lists: readonly (readonly string[] | undefined)[]): void {
  const patterns = lists.flatMap((list) => list ?? []);
  const length = patterns.reduce((sum, pattern) => sum + pattern.length, 0);
  if (patterns.length <= MAX_PATTERNS && length <= MAX_PATTERN_LENGTH) return;
  throw forbidden(
    `${patterns.length} name patterns with ${length} characters were given; the limit is ${MAX_PATTERNS} with ` +
      `${MAX_PATTERN_LENGTH} characters in all. Use fewer.`,
  );
}

/**
 * A name from a page must be that of an image in its own folder: with the extension of its format and not
 * hidden, so that no other kind of file can be written, such as one that another program runs or reads.
 */
function assertTemplate(nameTemplate: string): void {
  if (/[\\\0:]|(^|\/)\.\.(\/|$)/.test(nameTemplate))
    throw forbidden('The name template leads out of the folder.');
  if (!nameTemplate.endsWith('.{ext}')) {
    throw forbidden(
      `The name template "${nameTemplate}" does not end in ".{ext}". Add it, e.g. {dir}/{name}.{ext}.`,
    );
  }
  // `{dir}` is empty for images at the top, and what follows it then begins the name.
  const names = nameTemplate.replaceAll('{dir}', '').split('/');
  if (names.some((name) => name.startsWith('.'))) {
    throw forbidden(
      `The name template "${nameTemplate}" gives hidden names. Begin each name with something other than a dot.`,
    );
  }
}

/** Checks a page's batch: it may only use places that are open for it, and must not lead out of them. */
async function checkBatch<Spec extends Batch>(spec: Spec, roots: OpenRoots): Promise<Spec> {
  const { destination, sources, nameTemplate, report, include, exclude } = spec;
  assertPatterns(include, exclude);
  assertNoPaths([...(sources ?? []), destination]);
  if (destination.kind === 'beside') assertBesideFits(destination.folderName, sources);
  assertTemplate(nameTemplate);
  if (destination.kind === 'root') {
    assertShown(destination.relative);
    await roots.resolve(destination.rootId, destination.relative);
  }
  if (report.folder === undefined) return spec;
  return { ...spec, report: { ...report, folder: await roots.resolveShown(report.folder) } };
}

/** A watched folder as the page names it, by the names of opened folders. */
async function placeFolders<
  Fields extends {
    folder?: string | undefined;
    moveOriginalsTo?: string | undefined;
    include?: readonly string[] | undefined;
    exclude?: readonly string[] | undefined;
  },
>(fields: Fields, roots: OpenRoots): Promise<Fields> {
  const { folder, moveOriginalsTo, include, exclude } = fields;
  assertPatterns(include, exclude);
  if (moveOriginalsTo !== undefined) assertShown(moveOriginalsTo);
  return {
    ...fields,
    ...(folder !== undefined && { folder: await roots.resolveShown(folder) }),
    ...(moveOriginalsTo !== undefined && { moveOriginalsTo: await roots.resolveShown(moveOriginalsTo) }),
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> | undefined {
  return schema.safeParse(input).data;
}

/**
 * Checks what a page sends to a method before the host receives it: paths of the machine are refused, and names of
 * opened folders become paths. What does not fit the method's schema is passed on as it is; the host refuses it.
 *
 * @throws EnlargerError `request/forbidden`.
 */
export async function checkPageInput(method: string, input: unknown, roots: OpenRoots): Promise<unknown> {
  switch (method) {
    case 'inspectSources': {
      assertNoPaths(parse(METHOD_INPUTS.inspectSources, input)?.sources ?? []);
      return input;
    }
    case 'getFreeSpace': {
      const parsed = parse(METHOD_INPUTS.getFreeSpace, input);
      if (parsed === undefined) return input;
      assertNoPaths([parsed.destination, ...(parsed.source === undefined ? [] : [parsed.source])]);
      return input;
    }
    case 'listRoot': {
      const parsed = parse(METHOD_INPUTS.listRoot, input);
      if (parsed !== undefined) await roots.resolve(parsed.rootId, parsed.relative);
      return input;
    }
    case 'addModels': {
      assertNoPaths(parse(METHOD_INPUTS.addModels, input)?.sources ?? []);
      return input;
    }
    case 'addBatch': {
      const parsed = parse(METHOD_INPUTS.addBatch, input);
      return parsed && { ...parsed, spec: await checkBatch(parsed.spec, roots) };
    }
    case 'savePreset': {
      const parsed = parse(METHOD_INPUTS.savePreset, input);
      return parsed && { ...parsed, batch: await checkBatch(parsed.batch, roots) };
    }
    case 'previewCrop': {
      const parsed = parse(METHOD_INPUTS.previewCrop, input);
      if (parsed !== undefined) assertNoPaths([parsed.source]);
      return input;
    }
    case 'addWatchedFolder': {
      const parsed = parse(METHOD_INPUTS.addWatchedFolder, input);
      return parsed && placeFolders(parsed, roots);
    }
    case 'countFolderImages': {
      const parsed = parse(METHOD_INPUTS.countFolderImages, input);
      return parsed && placeFolders(parsed, roots);
    }
    case 'updateWatchedFolder': {
      const parsed = parse(METHOD_INPUTS.updateWatchedFolder, input);
      return parsed && placeFolders(parsed, roots);
    }
    default:
      return input;
  }
}
