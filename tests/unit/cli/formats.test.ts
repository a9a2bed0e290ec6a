import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listFormats } from '../../../cli/formats/formatsCommand.ts';
import { bitDepthOf, type Raster } from '../../../core/api/image.ts';
import { IMAGE_FORMATS, INPUT_FORMATS, type InputFormat } from '../../../core/api/imageFormats.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../../core/api/outputFormats.ts';
import { decodeImage, inspectImage, type ImageFacts } from '../../../core/image/decode.ts';
import { encodePixels } from '../../../core/image/encode.ts';
import { rasterStore } from '../../../core/image/rowStore.ts';
import { sniffFormat } from '../../../core/image/sniffFormat.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { fixturePath, sceneRaster } from '../../support/images.ts';
import { runCli } from '../../support/runCli.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;

const listed = listFormats();

/** A file of each format that is not written. */
const ONLY_READ: Readonly<Record<string, () => Buffer>> = {
  heic: () => readFileSync(fixturePath('../heif/ten-bits.heic')),
  raw: () => readFileSync(fixturePath('../formats/files/turned.cr3')),
  bmp: smallBmp,
};

function smallBmp(): Buffer {
  const file = Buffer.alloc(58);
  file.write('BM', 'latin1');
  for (const [at, value] of [
    [2, 58],
    [10, 54],
    [14, 40],
    [18, 1],
    [22, 1],
  ] as const)
    file.writeUInt32LE(value, at);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  return file;
}

/** The scene with soft and full transparency, in 16 bits. */
function deepScene(): Raster {
  const { width, height, data } = sceneRaster(24, 16, 4);
  const deep = Uint16Array.from(data, (value, index) =>
    index % 4 === 3 ? 40_000 * (index % 8 === 3 ? 0 : 1) : value * 257 + (index % 200),
  );
  return { width, height, channels: 4, data: deep };
}

async function encoded(format: OutputFormat, raster: Raster): Promise<Buffer> {
  const made = await encodePixels(rasterStore(raster), { format, lossless: true, background: '#ffffff' }, '');
  if (made.kind !== 'memory') throw new Error(made.kind);
  return made.bytes;
}

async function decoded(format: InputFormat, bytes: Buffer): Promise<{ facts: ImageFacts; raster: Raster }> {
  expect(sniffFormat(bytesSource(bytes))).toEqual({ kind: 'image', format });
  const facts = await inspectImage(bytes, format, KEEP);
  return { facts, raster: await decodeImage(facts, KEEP) };
}

test('all formats are listed, and none lacks its package here', async () => {
  const { stdout } = await runCli(['formats', '--json']);
  expect(JSON.parse(stdout)).toEqual(listed);
  expect(listed.map(({ id }) => id)).toEqual([...INPUT_FORMATS]);
  expect(listed.filter(({ canRead }) => !canRead)).toEqual([]);
  const writable = listed.filter(({ canWrite }) => canWrite).map(({ id }) => id);
  expect(writable.sort()).toEqual([...OUTPUT_FORMATS].sort());
});

test.each(OUTPUT_FORMATS)('%s is written and read as listed', async (format) => {
  const { alpha, bits } = listed.find(({ id }) => id === format)!;
  const scene = deepScene();
  const { raster } = await decoded(format, await encoded(format, scene));
  expect([raster.width, raster.height]).toEqual([scene.width, scene.height]);
  expect(raster.channels).toBe(alpha ? 4 : 3);
  expect(bitDepthOf(raster.data)).toBe((bits.written ?? 8) > 8 ? 16 : 8);
  if (bits.written === 16) expect(Array.from(raster.data.slice(0, 400))).toContain(scene.data[1]);
});

test.each(INPUT_FORMATS.filter((format) => IMAGE_FORMATS[format].bits.written === undefined))(
  '%s, which is not written, is read as listed',
  async (format) => {
    const { bits } = listed.find(({ id }) => id === format)!;
    const { raster } = await decoded(format, ONLY_READ[format]!());
    expect(bitDepthOf(raster.data)).toBe(bits.read);
    expect(raster.width * raster.height).toBeGreaterThan(0);
  },
);
