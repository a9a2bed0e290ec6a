import type { EnlargerHost } from '../core/api/contract.ts';
import type { MediaService } from '../core/media/mediaService.ts';
import type { PastedImages } from './pastedImages.ts';

/** What the shell needs of the host. */
export interface DesktopHost extends EnlargerHost {
  readonly media: Pick<MediaService, 'read'>;
  readonly pasted: Pick<PastedImages, 'keep'>;
  /** Ends what runs so that it can be taken up again, and lets go of everything. */
  close(): Promise<void>;
}
