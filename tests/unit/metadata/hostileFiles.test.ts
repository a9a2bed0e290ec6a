import { brotliCompressSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputFormat } from '../../../core/api/imageFormats.ts';
import { joinBytes, latin1Bytes, uintBytes } from '../../../core/metadata/byteFields.ts';
import { boxBytes } from '../../../core/metadata/heif/boxes.ts';
import { bytesSource, embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import type { OutputFormat } from '../../../core/metadata/embedMetadata.ts';
import { pngChunk, PNG_SIGNATURE } from '../../../core/metadata/png/pngChunks.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import type { ImageMetadata } from '../../../core/metadata/imageMetadata.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { gifWithXmp, RICH_XMP, richMetadata } from './richMetadata.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample } from './sampleImages.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'heic', 'gif', 'jxl'] as const;
const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const;
const GIF = joinBytes([latin1Bytes('GIF89a'), Uint8Array.of(1, 0, 1, 0, 0, 0, 0), Uint8Array.of(0x3b)]);
const STARTS = {
  jpeg: Uint8Array.of(0xff, 0xd8, 0xff, 0xe1),
  png: latin1Bytes(PNG_SIGNATURE),
  webp: latin1Bytes('RIFF\xff\xff\0\0WEBP'),
  tiff: latin1Bytes('II*\0\x08\0\0\0'),
  avif: latin1Bytes('\0\0\0\x10ftypavif\0\0\0\0\0\0\x20\0meta\0\0\0\0'),
  heic: latin1Bytes('\0\0\0\x10ftypheic\0\0\0\0\0\0\x20\0meta\0\0\0\0'),
  gif: latin1Bytes('GIF89a'),
  jxl: latin1Bytes('\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl '),
  raw: latin1Bytes('II*\0\x08\0\0\0'),
  bmp: latin1Bytes('BM'),
} satisfies Partial<Record<InputFormat, Uint8Array>>;

/** Everything that a worker does with a file's bytes; none of it may throw. */
function handle(format: InputFormat, bytes: Uint8Array): ImageMetadata {
  const { metadata } = readMetadata(format, bytes);
  for (const policy of ['all', 'safe', 'none'] as const) {
    prepareMetadata(metadata, { policy, width: 10, height: 10, keepIcc: true });
  }
  return metadata;
}

async function soundFile(format: InputFormat): Promise<Uint8Array> {
  const sample = ENCODED_SAMPLES.find((one) => one.format === format);
  if (sample === undefined) {
    return gifWithXmp(GIF, RICH_XMP);
  }
  return embedInto(sample.format, await encodeSample(sample), await richMetadata('big')).file;
}

describe.each(FORMATS)('reading %s', (format) => {
  test('never throws on noise, with or without a valid signature', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, hasStart) => {
        handle(format, hasStart ? joinBytes([STARTS[format], noise]) : noise);
      }),
      { numRuns: 300 },
    );
  });

  test('never throws on a file cut off anywhere', async () => {
    const file = await soundFile(format);
    const step = Math.max(1, Math.floor(file.length / 400));
    for (let length = 0; length < file.length; length += step) {
      handle(format, file.subarray(0, length));
    }
  });

  test('never throws on flipped bits and overwritten numbers', async () => {
    const file = await soundFile(format);
    const change = fc.record({
      offset: fc.nat(file.length - 1),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
        fc.constant(Uint8Array.of(255, 255, 255, 255)),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const damaged = file.slice();
        for (const { offset, bytes } of changes) {
          damaged.set(bytes.subarray(0, damaged.length - offset), offset);
        }
        handle(format, damaged);
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(OUTPUT_FORMATS)('embedding into %s', (format) => {
  test('never throws on a damaged file, and warns when the file is left unchanged', async () => {
    const sample = ENCODED_SAMPLES.find((one) => one.format === format);
    const file = sample ? await encodeSample(sample) : new Uint8Array();
    const metadata = await richMetadata('little');
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (offset, bytes) => {
        const damaged = file.slice();
        damaged.set(bytes.subarray(0, damaged.length - offset), offset);
        expectSplice(format, damaged, metadata);
        expectSplice(format, damaged.subarray(0, offset), metadata);
      }),
      { numRuns: 150 },
    );
  });
});

function expectSplice(format: OutputFormat, encoded: Uint8Array, metadata: ImageMetadata): void {
  const source = bytesSource(encoded);
  const { segments, warnings } = embedMetadata(format, source, metadata);
  const isUntouched = segments.every((segment) => segment.kind === 'copy');
  expect(!isUntouched || warnings.length > 0).toBe(true);
  const ranges = segments.filter((segment) => segment.kind === 'copy');
  expect(ranges.every(({ start, end }) => start <= end && end <= encoded.length)).toBe(true);
}

function pngWith(...chunks: readonly Uint8Array[]): Uint8Array {
  return joinBytes([latin1Bytes(PNG_SIGNATURE), ...chunks, pngChunk('IEND', new Uint8Array())]);
}

const BOMB = deflateSync(new Uint8Array(64 * 1024 * 1024));

test.each([
  { name: 'iCCP', chunk: pngChunk('iCCP', joinBytes([latin1Bytes('p\0\0'), BOMB])) },
  {
    name: 'zTXt profile',
    chunk: pngChunk('zTXt', joinBytes([latin1Bytes('Raw profile type xmp\0\0'), BOMB])),
  },
  {
    name: 'iTXt packet',
    chunk: pngChunk('iTXt', joinBytes([latin1Bytes('XML:com.adobe.xmp\0\x01\0\0\0'), BOMB])),
  },
])('a $name that inflates to 64 MiB is left out with a warning', ({ chunk }) => {
  const { metadata, warnings } = readMetadata('png', pngWith(chunk));
  expect(metadata).toEqual({});
  expect(warnings).toHaveLength(1);
});

test('a thousand packets that inflate to 64 MiB do not take a thousand times as long', () => {
  const bomb = pngChunk('iTXt', joinBytes([latin1Bytes('XML:com.adobe.xmp\0\x01\0\0\0'), BOMB]));
  const { metadata } = readMetadata('png', pngWith(...Array.from({ length: 1000 }, () => bomb)));
  expect(metadata).toEqual({});
});

test('EXIF directories that point at each other in a circle end', () => {
  const entry = (tag: number, offset: number): Uint8Array =>
    joinBytes([
      uintBytes(tag, 2, 'little'),
      uintBytes(4, 2, 'little'),
      uintBytes(1, 4, 'little'),
      uintBytes(offset, 4, 'little'),
    ]);
  const circle = joinBytes([
    latin1Bytes('II*\0'),
    uintBytes(8, 4, 'little'),
    uintBytes(3, 2, 'little'),
    entry(0x8769, 8),
    entry(0x8825, 8),
    entry(0xa005, 8),
    uintBytes(8, 4, 'little'),
  ]);
  expect(() => handle('tiff', circle)).not.toThrow();
  const { metadata } = prepareMetadata(
    { exif: circle },
    { policy: 'all', width: 1, height: 1, keepIcc: true },
  );
  expect(metadata.exif?.length).toBe(circle.length);
});

test('thousands of tags that share one large value do not multiply it', () => {
  const count = 4000;
  const shared = 1024 * 1024;
  const entries = Array.from({ length: count }, (_, index) =>
    joinBytes([
      uintBytes(0x9c9b + index, 2, 'little'),
      uintBytes(1, 2, 'little'),
      uintBytes(shared, 4, 'little'),
      uintBytes(8, 4, 'little'),
    ]),
  );
  const exif = joinBytes([
    latin1Bytes('II*\0'),
    uintBytes(8 + shared, 4, 'little'),
    new Uint8Array(shared),
    uintBytes(count, 2, 'little'),
    ...entries,
    new Uint8Array(4),
  ]);
  const { metadata } = prepareMetadata({ exif }, { policy: 'safe', width: 1, height: 1, keepIcc: true });
  expect(metadata.exif ?? new Uint8Array()).toHaveLength(0);
  const { metadata: read } = readMetadata('tiff', exif);
  expect(read.exif?.length ?? 0).toBeLessThan(17 * 1024 * 1024);
});

test('metadata read from a Buffer shares no memory with it', async () => {
  const file = Buffer.from(await soundFile('tiff'));
  const before = readMetadata('tiff', file).metadata;
  const { metadata } = readMetadata('tiff', file);
  file.fill(0);
  expect(metadata).toEqual(before);
});

test('of the compressed boxes of a JPEG XL, only metadata are inflated, and only a few of them', () => {
  const packed = (type: string, data: Uint8Array): Uint8Array => boxBytes('brob', latin1Bytes(type), data);
  const damaged = Uint8Array.of(1, 2, 3);
  const sound = packed('xml ', brotliCompressSync(latin1Bytes('<y/>')));
  const read = (...boxes: Uint8Array[]): ReturnType<typeof readMetadata> =>
    readMetadata('jxl', joinBytes(boxes));
  expect(read(packed('abcd', damaged), sound)).toEqual({
    metadata: { xmp: latin1Bytes('<y/>') },
    warnings: [],
  });
  expect(read(packed('xml ', damaged), sound).metadata).toEqual({ xmp: latin1Bytes('<y/>') });
  const many = Array.from({ length: 1000 }, () => packed('Exif', damaged));
  expect(read(...many, sound).metadata).toEqual({});
});
