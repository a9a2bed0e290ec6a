import type { ErrorDto } from '../../api/errors.ts';
import type { Raster } from '../../api/image.ts';

/** What is done in the codec thread: decoders and encoders that are WebAssembly and would block the event loop. */
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
  /** How many images or frames there are beside it. */
  readonly others: number;
  /** Names of what the file holds for the image and is not part of it: a gain map, a depth map. */
  readonly extras: readonly string[];
}

export type CodecResult =
  | { readonly kind: 'decoded'; readonly decoded: DecodedImage }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array };

export type CodecReply =
  | { readonly id: number; readonly result: CodecResult }
  /** `isBroken`: the library is not to be used again, and the thread has to end. */
  | { readonly id: number; readonly error: ErrorDto; readonly isBroken: boolean };
