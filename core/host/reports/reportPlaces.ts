import path from 'node:path';
import type { ReportFormat } from '../../api/batchSpec.ts';
import { isInside } from '../../files/isInside.ts';
import type { StoredBatch } from '../../store/batchTable.ts';

/** Formats with one file for a whole batch; JSON is next to each result. */
const WHOLE_BATCH = ['csv', 'html'] as const satisfies readonly ReportFormat[];

export interface ReportPlace {
  readonly path: string;
  readonly format: ReportFormat;
}

/** The deepest folder that contains all files. */
function commonFolder([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  let folder = path.dirname(first);
  const holds = (file: string): boolean => isInside(folder, file);
  while (!others.every(holds) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  return folder;
}

/** Where the reports of a batch go: the folder that it names, or next to its results. */
function folderOf({ spec }: StoredBatch, targets: readonly string[]): string | undefined {
  const { destination, report } = spec;
  if (report.folder !== undefined) return path.resolve(report.folder);
  switch (destination.kind) {
    case 'path': {
      const given = path.resolve(destination.path);
      return targets.includes(given) ? path.dirname(given) : given;
    }
    case 'beside':
      // Sources may be anywhere: what they have in common may be the whole disk.
      return commonFolder(targets.slice(0, 1));
    default:
      return commonFolder(targets);
  }
}

/**
 * The files about the whole batch that it requests. A watched folder has one, which is rewritten; every other batch
 * has its own, with its number.
 *
 * @param targets Where results of the batch are, or were to be; in the order of its jobs.
 * @returns Nothing if none is requested, or if there is no place: no input led to an image.
 */
export function reportPlaces(batch: StoredBatch, targets: readonly string[]): ReportPlace[] {
  const formats = WHOLE_BATCH.filter((format) => batch.spec.report.formats.includes(format));
  const folder = formats.length > 0 ? folderOf(batch, targets) : undefined;
  if (folder === undefined) return [];
  const name = batch.origin === 'watched-folder' ? 'enlarger-report' : `enlarger-report-${batch.id}`;
  return formats.map((format) => ({ path: path.join(folder, `${name}.${format}`), format }));
}
