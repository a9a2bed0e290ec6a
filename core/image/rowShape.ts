import type { ChannelCount, Size } from '../api/image.ts';

/** All that is needed to lay out an image's samples in memory or in a file. */
export interface RowShape extends Size {
  readonly channels: ChannelCount;
  readonly bitDepth: 8 | 16;
}
