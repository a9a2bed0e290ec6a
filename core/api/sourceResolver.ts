import type { Destination, SourcePlace } from './batchSpec.ts';

/**
 * Turns the sources and destinations of a batch into paths of this machine. The desktop and the command line accept
 * paths as they are; the browser window only uploads and opened folders.
 */
export interface SourceResolver {
  /**
   * @returns Absolute paths of files or folders, which may not exist.
   * @throws EnlargerError `request/forbidden` for a place that is not accessible this way, `upload/not-found`.
   */
  resolve(source: SourcePlace): Promise<readonly string[]>;
  /**
   * @returns A folder that exists or may be created; undefined for `beside`, which depends on each source.
   * @throws EnlargerError `request/forbidden`, `output/…`.
   */
  resolveDestination(destination: Destination): Promise<string | undefined>;
  /**
   * Checks, by real paths, that a result may be written to a place: links in a name template or in a folder that was
   * swapped can lead anywhere. Called when a batch is planned, and again right before each result gets its name.
   * Absent: every place may be written to.
   *
   * @throws EnlargerError `request/forbidden`.
   */
  assertTarget?(target: string): Promise<void>;
  /** For `beside`: the folder to use for sources in a folder; if absent, that folder itself. */
  ownFolder?(folder: string): string;

  /** @returns A copy without paths of this machine, for files that a page downloads; absent where paths may be seen. */
  hidePaths?(value: unknown): unknown;
}
