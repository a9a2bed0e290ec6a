import path from 'node:path';
import type { z } from 'zod';
import type { MethodInputs } from '../../api/methodInputs.ts';
import { freeBytesOf } from '../../files/diskSpace.ts';
import type { HostContext } from '../hostContext.ts';
import { filesOf } from './filesOf.ts';

type Input = z.output<MethodInputs['getFreeSpace']>;

/** The folder that results are written to; undefined if it depends on an image that is not known. */
async function folderOf(
  { destination, source }: Input,
  context: Pick<HostContext, 'dataFolder' | 'sources' | 'store'>,
): Promise<string | undefined> {
  switch (destination.kind) {
    case 'downloads':
      return context.dataFolder;
    case 'beside': {
      const [file] = source === undefined ? [] : await filesOf(source, context);
      return file && path.dirname(file);
    }
    case 'path':
    case 'root':
      return context.sources.resolveDestination(destination);
  }
}

/** Free bytes where the results of a batch would go; undefined if the system does not report them. */
export async function freeSpace(
  input: Input,
  context: Pick<HostContext, 'dataFolder' | 'sources' | 'store'>,
): Promise<number | undefined> {
  const folder = await folderOf(input, context);
  return folder === undefined ? undefined : freeBytesOf(folder);
}
