import type { Size } from '../../../api/image.ts';

/** The content of a BMP's headers. */
export interface BmpHeader extends Size {
  readonly isTopDown: boolean;
  readonly bitsPerPixel: number;
  readonly method: number;
  /** Red, green, blue and alpha of a 16- or 32-bit pixel; 0 for a channel that is missing. */
  readonly masks: readonly [number, number, number, number];
  /** RGB triples. */
  readonly palette: Uint8Array;
  readonly pixelsOffset: number;
  readonly icc?: Uint8Array;
}
