import type { JobSettings } from '../../api/jobSettings.ts';

/** Results go next to their sources, into a folder of that name. */
export interface BesideSources {
  readonly kind: 'beside';
  readonly folderName: string;
  /** The folder to use for the sources in a folder. */
  readonly ownFolder: (folder: string) => string;
}

/** Which images are meant, and where their results go. */
export interface PlanRequest {
  /** Files, folders, patterns, `@list.txt`. */
  readonly inputs: readonly string[];
  /** A folder, or the name of the one result if there is one input file; or a folder next to each source. */
  readonly output: { readonly kind: 'path'; readonly path: string } | BesideSources;
  readonly settings: JobSettings;
  readonly nameTemplate: string;
  readonly recursive: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Raised to stop planning; its reason is thrown then. */
  readonly signal?: AbortSignal;
}
