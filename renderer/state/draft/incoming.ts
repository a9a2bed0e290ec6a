import type { Source } from '../../../core/api/batchSpec.ts';

/** Something that was dropped, pasted or chosen, before it is inspected. */
export type Incoming =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'path'; readonly path: string }
  /** Images of an earlier window, as the host described them. */
  | { readonly kind: 'known'; readonly name: string; readonly source: Source }
  | { readonly kind: 'root'; readonly rootId: string; readonly relative: string; readonly name: string };

/** The last name of a path, whichever system wrote it. */
export function lastName(path: string): string {
  const names = path.split(/[\\/]/).filter((name) => name !== '');
  return names.at(-1) ?? path;
}

/** The identity of an addition: the same file or folder has the same one. */
export function identityOf(incoming: Incoming): string {
  switch (incoming.kind) {
    case 'file': {
      const { name, size, lastModified, webkitRelativePath } = incoming.file;
      return `file ${JSON.stringify([webkitRelativePath, name, size, lastModified])}`;
    }
    case 'path':
      return `path ${incoming.path}`;
    case 'root':
      return `root ${incoming.rootId} ${incoming.relative}`;
    case 'known':
      return `known ${placeOf(incoming.source)}`;
  }
}

/** The additions that are not on the list yet. */
export function withoutRepeats(
  incoming: readonly Incoming[],
  there: readonly { readonly identity: string }[],
): readonly Incoming[] {
  const known = new Set(there.map(({ identity }) => identity));
  return incoming.filter((one) => {
    const isKnown = known.has(identityOf(one));
    known.add(identityOf(one));
    return !isKnown;
  });
}

/** Where an image is, as far as this window knows; it distinguishes the images of one folder. */
export function placeOf(source: Source): string {
  if (source.kind === 'upload') return source.uploadId;
  if (source.kind === 'job') return `job ${source.jobId}`;
  return source.kind === 'path' ? source.path : source.relative;
}
