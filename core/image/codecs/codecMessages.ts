import type { ErrorDto } from '../../api/errors.ts';
import type { Raster } from '../../api/image.ts';

/** Tasks of the codec thread: decoders and encoders that are WebAssembly and would block the event loop. */
export type CodecTask =
  | { readonly kind: 'decode-heic'; readonly bytes: Uint8Array; readonly maxPixels: number }
  | { readonly kind: 'decode-jxl'; readonly bytes: Uint8Array; readonly maxPixels: number }
  | {
      readonly kind: 'encode-jxl';
      readonly image: Raster;
      readonly icc: Uint8Array | undefined;
      /** 1…100; 100 is without loss. */
      readonly quality: number;
    };

/** A decoded image, upright. */
export interface DecodedImage {
  readonly image: Raster;
  readonly icc?: Uint8Array | undefined;
  /** How many frames the file has; 1 for a still. */
  readonly frames: number;
  /** Sentences for the user on parts of the pixels that could not be kept. */
  readonly warnings: readonly string[];
}

export type CodecResult =
  | { readonly kind: 'decoded'; readonly decoded: DecodedImage }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array };

export type CodecReply =
  | { readonly id: number; readonly result: CodecResult }
  /** `isBroken`: the library is not to be used again, and the thread has to end. */
  | { readonly id: number; readonly error: ErrorDto; readonly isBroken: boolean };
