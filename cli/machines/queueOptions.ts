import type { Command } from 'commander';
import { z } from 'zod';
import { EnlargerError } from '../../core/api/errors.ts';
import type { MachineOptions } from '../../core/machines/openMachines.ts';

/** The queue of a command that shares work with other machines, and the shared folders. */
export const queueOptionsSchema = z.object({
  queue: z.string().min(1).optional(),
  root: z.array(z.string().min(1)).default([]),
  reproducible: z.boolean().default(false),
});

/** Adds `--queue` and `--root`. */
export function addSharedFolders(command: Command): Command {
  const collect = (root: string, roots: readonly string[]): string[] => [...roots, root];
  return command
    .option('--queue <url>', 'share the work with other machines: redis://HOST:PORT (docs/machines.md)')
    .option(
      '--root <name=dir>',
      'folder that all machines share, under the same name; repeatable',
      collect,
      [],
    );
}

/** Adds the options of a command that hands out work. */
export function addQueueOptions(command: Command): Command {
  return addSharedFolders(command).option(
    '--reproducible',
    'with --queue: only machines with the same program, engine and device',
    false,
  );
}

/**
 * @returns Undefined without `--queue`.
 * @throws EnlargerError `usage/invalid-option`.
 */
export function toMachineOptions({
  queue,
  root,
  reproducible = false,
}: Pick<z.infer<typeof queueOptionsSchema>, 'queue' | 'root'> & {
  readonly reproducible?: boolean;
}): MachineOptions | undefined {
  if (queue !== undefined && root.length > 0) return { queue, roots: root };
  if (queue === undefined && root.length === 0 && !reproducible) return undefined;
  const missing =
    queue === undefined
      ? `${root.length > 0 ? '--root names a folder that machines share' : '--reproducible chooses among machines'}, but no --queue is given.`
      : '--queue needs at least one --root NAME=DIR: a folder that all machines share.';
  throw new EnlargerError('usage/invalid-option', missing);
}
