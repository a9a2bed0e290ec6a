import { expect, test } from 'vitest';
import { decodeImage, inspectImage } from '../../../../core/image/decode.ts';
import { countTiffPages } from '../../../../core/image/formats/tiff/tiffPages.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { tiffFields, tiffFile } from '../../../support/tiffFile.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const SIZE = { width: 4, height: 3 };

/** Planes behind one another of which only the first has a directory. */
function stack(description: string, planes: number, channels: 1 | 3 = 1, photometric = 1): Buffer {
  const planeBytes = SIZE.width * SIZE.height * channels;
  const behind = Array.from({ length: planes }, (_, index) =>
    new Uint8Array(planeBytes).fill((index + 1) * 10),
  );
  const head = (pixelsAt: number): Buffer => {
    const text = { tag: 270, type: 2, values: [...Buffer.from(`${description}\0`)] } as const;
    const place = [
      { tag: 273, type: 4, values: [pixelsAt] },
      { tag: 279, type: 4, values: [planeBytes] },
    ] as const;
    const fields = tiffFields({ ...SIZE, channels, photometric, extra: [text, ...place] });
    return tiffFile([{ fields, pixels: new Uint8Array() }]);
  };
  return Buffer.concat([head(head(0).length), ...behind]);
}

async function firstSamples(file: Buffer, pages: number): Promise<number[]> {
  const found: number[] = [];
  for (let page = 0; page < pages; page++) {
    const facts = await inspectImage(file, 'tiff', { ...KEEP, page });
    expect(facts.pages).toBe(pages);
    found.push((await decodeImage(facts, { ...KEEP, page })).data[0]!);
  }
  return found;
}

test.each([
  ['ImageJ', stack('ImageJ=1.53t\nimages=3\nslices=3\n', 3)],
  ['a white-is-zero stack of ImageJ', stack('ImageJ=1.53t\nimages=3\n', 3, 1, 0)],
  ['tifffile', stack('{"shape": [3, 3, 4], "truncated": true}', 3)],
  ['tifffile in colour', stack('{"shape": [3, 3, 4, 3], "truncated": true}', 3, 3, 2)],
])('all planes of a stack by %s are pages', async (name, file) => {
  expect(countTiffPages(bytesSource(file))).toBe(3);
  const wanted = name.startsWith('a white') ? [245, 235, 225] : [10, 20, 30];
  expect(await firstSamples(file, 3)).toEqual(wanted);
});

test('missing planes are noted', async () => {
  const file = stack('ImageJ=1.53t\nimages=5\n', 3);
  const facts = await inspectImage(file, 'tiff', KEEP);
  expect(facts.pages).toBe(3);
  expect(facts.warnings).toEqual([expect.stringContaining('counts 5 images, of which 3 were found')]);
});

test('the description of a single image adds no page', async () => {
  for (const text of ['ImageJ=1.53t\n', '{"shape": [3, 4]}', 'images=3', '{"shape": [999999999999, 3, 4]'])
    expect((await inspectImage(stack(text, 1), 'tiff', KEEP)).pages).toBe(1);
});
