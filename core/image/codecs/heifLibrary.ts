import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EnlargerError } from '../../api/errors.ts';
import type { ChannelCount, Samples } from '../../api/image.ts';
import { unmultiply } from '../colour/unmultiply.ts';
import { damagedImage } from '../formats/damagedImage.ts';
import { assertDecodable } from '../formats/formatDecoder.ts';
import type { DecodedImage } from './codecMessages.ts';

/** The part of libheif's C interface that is called here (libheif/heif.h); pointers are numbers. */
interface LibHeif {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly HEAPU16: Uint16Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _heif_context_alloc(): number;
  _heif_context_free(context: number): void;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    bytes: number,
    size: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_is_premultiplied_alpha(handle: number): number;
  _heif_image_handle_get_luma_bits_per_pixel(handle: number): number;
  _heif_image_handle_get_preferred_decoding_colorspace(
    error: number,
    handle: number,
    colorspace: number,
    chroma: number,
  ): void;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, bytes: number): void;
  _heif_image_handle_release(handle: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colorspace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_bits_per_pixel_range(image: number, channel: number): number;
  _heif_image_get_plane_readonly2(image: number, channel: number, stride: number): number;
  _heif_image_has_channel(image: number, channel: number): number;
  _heif_image_release(image: number): void;
}

const COLORSPACE = { rgb: 1, monochrome: 2 } as const;
const CHROMA = { monochrome: 0, rgb: 10, rgba: 11, rgb16: 14, rgba16: 15 } as const;
const CHANNEL = { luma: 0, alpha: 6, interleaved: 10 } as const;

/** Errors of libheif that mean "not here" rather than "damaged": file type, feature, codec that was not built in. */
const UNSUPPORTED_CODES = [3, 4, 11];
const LIMIT_SUBCODE = 1000;
const OUT_OF_MEMORY_CODE = 6;

let loading: Promise<LibHeif> | undefined;

type Factory = (options: { readonly wasmBinary: Uint8Array }) => LibHeif | Promise<LibHeif>;

async function load(): Promise<LibHeif> {
  const require = createRequire(import.meta.url);
  try {
    const wasmBinary = readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm'));
    const factory = require('libheif-js/libheif-wasm/libheif.js') as Factory;
    return await factory({ wasmBinary });
  } catch (error) {
    const message =
      'HEIC cannot be read: the optional package libheif-js is not installed. Install the program again with it, or convert the image to JPEG.';
    throw new EnlargerError('image/unsupported-format', message, {}, { cause: error });
  }
}

/** The calls of one decoding, and the resources to release at its end. */
class Session {
  readonly #lib: LibHeif;
  readonly #cleanup: (() => void)[] = [];
  /** Where a call puts its result, 16 bytes. */
  readonly slot: number;
  readonly #error: number;

  constructor(lib: LibHeif) {
    this.#lib = lib;
    this.slot = this.allocate(16);
    this.#error = this.allocate(16);
  }

  allocate(bytes: number): number {
    const pointer = this.#lib._malloc(bytes);
    if (pointer === 0)
      throw new EnlargerError(
        'image/too-large',
        'The HEIC image needs more memory than its decoder may use.',
      );
    this.defer(() => {
      this.#lib._free(pointer);
    });
    return pointer;
  }

  defer(step: () => void): void {
    this.#cleanup.push(step);
  }

  /** Makes a call that returns its error through a pointer. @throws EnlargerError `image/…`. */
  check(call: (error: number) => void): void {
    call(this.#error);
    const { HEAPU8, HEAPU32 } = this.#lib;
    const [code, subcode, text] = HEAPU32.subarray(this.#error >> 2, (this.#error >> 2) + 3);
    if (code === 0) return;
    const end = HEAPU8.indexOf(0, text);
    const reason = Buffer.from(HEAPU8.subarray(text, end)).toString('utf8');
    if (subcode === LIMIT_SUBCODE || code === OUT_OF_MEMORY_CODE)
      throw new EnlargerError('image/too-large', 'The HEIC image is larger than its decoder allows.', {
        reason,
      });
    if (UNSUPPORTED_CODES.includes(code ?? 0))
      throw new EnlargerError(
        'image/unsupported-format',
        'This kind of HEIC is not supported. Convert it to JPEG first.',
        { reason },
      );
    throw damagedImage(reason);
  }

  pointerAtSlot(): number {
    return this.#lib.HEAPU32[this.slot >> 2] ?? 0;
  }

  dispose(): void {
    for (const step of this.#cleanup.reverse()) step();
  }
}

function openPrimary(lib: LibHeif, session: Session, bytes: Uint8Array): number {
  const context = lib._heif_context_alloc();
  session.defer(() => {
    lib._heif_context_free(context);
  });
  const data = session.allocate(bytes.length);
  lib.HEAPU8.set(bytes, data);
  session.check((error) => {
    lib._heif_context_read_from_memory_without_copy(error, context, data, bytes.length, 0);
  });
  session.check((error) => {
    lib._heif_context_get_primary_image_handle(error, context, session.slot);
  });
  const handle = session.pointerAtSlot();
  session.defer(() => {
    lib._heif_image_handle_release(handle);
  });
  return handle;
}

function isMonochrome(lib: LibHeif, session: Session, handle: number): boolean {
  session.check((error) => {
    lib._heif_image_handle_get_preferred_decoding_colorspace(error, handle, session.slot, session.slot + 4);
  });
  return session.pointerAtSlot() === COLORSPACE.monochrome;
}

function profileOf(lib: LibHeif, session: Session, handle: number): Uint8Array | undefined {
  const sizeBytes = lib._heif_image_handle_get_raw_color_profile_size(handle);
  if (sizeBytes === 0) return undefined;
  const data = session.allocate(sizeBytes);
  session.check((error) => {
    lib._heif_image_handle_get_raw_color_profile(error, handle, data);
  });
  return lib.HEAPU8.slice(data, data + sizeBytes);
}

interface Plane {
  readonly channel: number;
  /** Samples of a pixel in the plane. */
  readonly samples: number;
  /** Their positions in a pixel of the result. */
  readonly at: number;
}

/** Copies a plane into the result, in which samples of more than 8 bits fill 16. */
function copyPlane(
  lib: LibHeif,
  image: number,
  plane: Plane,
  target: { data: Samples; width: number; height: number; channels: number },
  slot: number,
): void {
  const start = lib._heif_image_get_plane_readonly2(image, plane.channel, slot);
  const stride = lib.HEAPU32[slot >> 2]!;
  const isWide = target.data instanceof Uint16Array;
  const heap = isWide ? lib.HEAPU16 : lib.HEAPU8;
  const unit = isWide ? 2 : 1;
  const span = 2 ** lib._heif_image_get_bits_per_pixel_range(image, plane.channel) - 1;
  const factor = isWide ? 65535 / span : 255 / span;
  for (let y = 0; y < target.height; y++) {
    let from = (start + y * stride) / unit;
    if (factor === 1 && plane.samples === target.channels) {
      const rowLength = target.width * target.channels;
      target.data.set(heap.subarray(from, from + rowLength), y * rowLength);
      continue;
    }
    let to = y * target.width * target.channels + plane.at;
    for (let x = 0; x < target.width; x++) {
      for (let sample = 0; sample < plane.samples; sample++)
        target.data[to + sample] =
          factor === 1 ? heap[from + sample]! : Math.round(heap[from + sample]! * factor);
      from += plane.samples;
      to += target.channels;
    }
  }
}

function decodePixels(lib: LibHeif, session: Session, handle: number): DecodedImage['image'] {
  const isWide = lib._heif_image_handle_get_luma_bits_per_pixel(handle) > 8;
  const hasAlpha = lib._heif_image_handle_has_alpha_channel(handle) !== 0;
  const isGrey = isMonochrome(lib, session, handle);
  const colour = isWide ? (hasAlpha ? CHROMA.rgba16 : CHROMA.rgb16) : hasAlpha ? CHROMA.rgba : CHROMA.rgb;
  session.check((error) => {
    const [space, chroma] = isGrey ? [COLORSPACE.monochrome, CHROMA.monochrome] : [COLORSPACE.rgb, colour];
    lib._heif_decode_image(error, handle, session.slot, space, chroma, 0);
  });
  const image = session.pointerAtSlot();
  session.defer(() => {
    lib._heif_image_release(image);
  });
  const main = isGrey ? CHANNEL.luma : CHANNEL.interleaved;
  const alphaPlane = isGrey && lib._heif_image_has_channel(image, CHANNEL.alpha) !== 0;
  const [width, height] = [lib._heif_image_get_width(image, main), lib._heif_image_get_height(image, main)];
  const channels: ChannelCount = isGrey ? (alphaPlane ? 2 : 1) : hasAlpha ? 4 : 3;
  const data = isWide
    ? new Uint16Array(width * height * channels)
    : new Uint8Array(width * height * channels);
  const target = { data, width, height, channels };
  copyPlane(lib, image, { channel: main, samples: isGrey ? 1 : channels, at: 0 }, target, session.slot);
  if (alphaPlane) copyPlane(lib, image, { channel: CHANNEL.alpha, samples: 1, at: 1 }, target, session.slot);
  if (hasAlpha && lib._heif_image_handle_is_premultiplied_alpha(handle) !== 0) unmultiply(data, channels);
  return target;
}

/**
 * Decodes a HEIF file's primary image: turned, mirrored and cropped as the file describes it, 8 bits or 16.
 *
 * @throws EnlargerError `image/…`.
 */
export async function decodeHeic(bytes: Uint8Array, maxPixels: number): Promise<DecodedImage> {
  const lib = await (loading ??= load());
  const session = new Session(lib);
  try {
    const handle = openPrimary(lib, session, bytes);
    const [width, height] = [
      lib._heif_image_handle_get_width(handle),
      lib._heif_image_handle_get_height(handle),
    ];
    assertDecodable({ width, height }, { maxPixels });
    const image = decodePixels(lib, session, handle);
    return { image, icc: profileOf(lib, session, handle), frames: 1, warnings: [] };
  } finally {
    session.dispose();
  }
}
