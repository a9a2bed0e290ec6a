import type { EnlargerHost } from '../core/api/contract.ts';
import type { MediaService } from '../core/media/mediaService.ts';

/** What the shell needs of the host. */
export interface DesktopHost extends EnlargerHost {
  readonly media: Pick<MediaService, 'read'>;
  /** Ends what runs so that it can be taken up again, and lets go of everything. */
  close(): Promise<void>;
}
