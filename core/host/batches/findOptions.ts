import path from 'node:path';
import { defined } from '../../api/defined.ts';
import type { FindOptions } from '../../jobs/findImages.ts';
import type { PlanRequest } from './planRequest.ts';

/** How images are searched. Folders of results never are: neither the output folder nor those next to the sources. */
export function findOptionsOf({
  output,
  recursive,
  include,
  exclude,
  signal,
}: Pick<PlanRequest, 'recursive' | 'include' | 'exclude' | 'signal'> & {
  readonly output:
    | { readonly kind: 'path'; readonly path: string }
    | { readonly kind: 'beside'; readonly folderName: string };
}): FindOptions {
  const stop = defined({ signal });
  if (output.kind === 'path')
    return { recursive, include, exclude, skipFolder: path.resolve(output.path), ...stop };
  const results = output.folderName === '' ? [] : [`**/${output.folderName}/**`];
  return { recursive, include, exclude: [...exclude, ...results], ...stop };
}
