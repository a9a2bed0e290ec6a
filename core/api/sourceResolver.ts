import type { Destination, Source } from './batchSpec.ts';

/**
 * Turns the places of a batch into paths of this machine. Each face brings its own: the desktop and the command line
 * take paths as they are, the browser window only what was sent or opened for it.
 */
export interface SourceResolver {
  /**
   * @returns Absolute paths of files or folders; what does not exist is not checked here.
   * @throws EnlargerError `request/forbidden` for a place that this face may not name, `upload/not-found`.
   */
  resolve(source: Source): Promise<readonly string[]>;
  /**
   * @returns A folder that exists or may be made; undefined for `beside`, which depends on each source.
   * @throws EnlargerError `request/forbidden`, `output/…`.
   */
  resolveDestination(destination: Destination): Promise<string | undefined>;
  /** For `beside`: the folder that counts as that of the sources in a folder; absent: each one's own. */
  ownFolder?(folder: string): string;
}
