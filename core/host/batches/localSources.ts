import path from 'node:path';
import type { Destination, SourcePlace } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import type { SourceResolver } from '../../api/sourceResolver.ts';

function forbidden(kind: string): EnlargerError {
  return new EnlargerError('request/forbidden', `There is no ${kind} here: places are given as paths.`, {
    kind,
  });
}

/** Where downloads are kept: a folder of the program. */
function downloadsFolder(dataFolder: string): string {
  return path.join(dataFolder, 'downloads');
}

/** Uses paths of this machine as they are: for the desktop and the command line. */
export function localSources(dataFolder: string): SourceResolver {
  return {
    resolve: (source: SourcePlace) =>
      source.kind === 'path' ? Promise.resolve([source.path]) : Promise.reject(forbidden(source.kind)),
    resolveDestination: (destination: Destination) => {
      switch (destination.kind) {
        case 'path':
          return Promise.resolve(destination.path);
        case 'beside':
          return Promise.resolve(undefined);
        case 'downloads':
          return Promise.resolve(downloadsFolder(dataFolder));
        case 'root':
          return Promise.reject(forbidden(destination.kind));
      }
    },
  };
}
