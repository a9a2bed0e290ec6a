import type { z } from 'zod';
import type { BatchSpec, Source } from '../api/batchSpec.ts';
import { EnlargerError } from '../api/errors.ts';
import { METHOD_INPUTS } from '../api/methodInputs.ts';
import type { OpenRoots } from './openRoots.ts';

type Batch = Pick<BatchSpec, 'destination' | 'nameTemplate' | 'report'> & {
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
  if (/[/\\:\0]/.test(folderName) || folderName === '.' || folderName === '..') {
    throw forbidden(`"${folderName}" is not the name of a folder.`);
  }
  if (sources?.some(({ kind }) => kind === 'upload') === true) {
    throw forbidden('Images that were sent have no place of their own. Choose to download the results.');
  }
}

/** What a page may ask of a batch: only places that it can name, and no way out of them. */
async function checkBatch<Spec extends Batch>(spec: Spec, roots: OpenRoots): Promise<Spec> {
  const { destination, sources, nameTemplate, report } = spec;
  assertNoPaths([...(sources ?? []), destination]);
  if (destination.kind === 'beside') assertBesideFits(destination.folderName, sources);
  if (/[\\\0]|(^|\/)\.\.(\/|$)/.test(nameTemplate))
    throw forbidden('The name template leads out of the folder.');
  if (report.folder === undefined) return spec;
  return { ...spec, report: { ...report, folder: await roots.resolveShown(report.folder) } };
}

/** A watched folder as the page names it, by the names of opened folders. */
async function placeFolders<
  Fields extends { folder?: string | undefined; moveOriginalsTo?: string | undefined },
>(fields: Fields, roots: OpenRoots): Promise<Fields> {
  const { folder, moveOriginalsTo } = fields;
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
 * Looks at what a page sends to a method before the host sees it: paths of the machine are refused, and names of
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
    case 'listRoot': {
      const parsed = parse(METHOD_INPUTS.listRoot, input);
      if (parsed !== undefined) await roots.resolve(parsed.rootId, parsed.relative);
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
    case 'updateWatchedFolder': {
      const parsed = parse(METHOD_INPUTS.updateWatchedFolder, input);
      return parsed && placeFolders(parsed, roots);
    }
    default:
      return input;
  }
}
