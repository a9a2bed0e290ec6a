import type { DesktopApi, EnlargerApi, HostEvent, ProgramInfo } from '../../core/api/contract.ts';
import type { SourcePlace } from '../../core/api/batchSpec.ts';
import type { MediaId } from '../../core/api/views.ts';

/** Called with the share of a file that was sent, 0…1. */
export type SendProgress = (share: number) => void;

/** The window's only connection to the host, in the desktop program or a browser. */
export interface Connection {
  readonly api: EnlargerApi;
  readonly info: ProgramInfo;
  /** @returns A function that ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void;
  /**
   * Reports when the host is out of reach and when it is back; events in between are lost.
   *
   * @returns A function that ends the watch.
   */
  watchLink(listener: (isUp: boolean) => void): () => void;
  /** Where an image of the host can be fetched; a tile's address is this with `/<level>/<column>/<row>`. */
  mediaUrl(media: MediaId): string;
  /** Only in the desktop program. */
  readonly desktop?: DesktopApi;
  /** Only in a browser: sends a file. Rejects with an `EnlargerError`, also when `signal` was aborted. */
  readonly upload?: (file: File, onProgress: SendProgress, signal: AbortSignal) => Promise<SourcePlace>;
}
