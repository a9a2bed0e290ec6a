import type { EnlargerHost } from '../core/api/contract.ts';
import type { MediaService } from '../core/media/mediaService.ts';
import type { RunningProgram } from '../core/host/startProgram.ts';
import type { PastedImages } from './pastedImages.ts';

/** The functions that the shell needs from the host. */
export interface DesktopHost extends EnlargerHost {
  readonly media: Pick<MediaService, 'read'>;
  readonly pasted: Pick<PastedImages, 'keep'>;
  /** Results that may be opened by other programs: only images that this program made. */
  readonly ownResult: RunningProgram['ownResult'];
  /** Stops the work, which is resumed the next time, and releases everything. */
  close(): Promise<void>;
}
