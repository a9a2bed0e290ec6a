import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS, jobSettingsSchema, type JobSettings } from '../../../core/api/jobSettings.ts';
import type { OutputFormat } from '../../../core/api/outputFormats.ts';
import { EnlargerError } from '../../../core/api/errors.ts';
import { hashFile } from '../../../core/files/hashFile.ts';
import { readFrames } from '../../../core/image/animation/readFrames.ts';
import { readDirectories } from '../../../core/image/formats/tiff/tiffDirectory.ts';
import { readSourceFacts } from '../../../core/image/readInput.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { readExifTree } from '../../../core/metadata/exif/exifTree.ts';
import type { EnlargedImage } from '../../../core/pool/messages.ts';
import { enlargeImage } from '../../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { Semaphore } from '../../../core/worker/semaphore.ts';
import { fixturePath, modelsFolder, sceneRaster } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tiffFields, tiffFile } from '../../support/tiffFile.ts';

const tools = {
  models: new ModelCache(),
  inference: new Semaphore(1),
  memory: new Semaphore(64 * 1024 * 1024),
};

async function enlarge(
  inputPath: string,
  outputFormat: OutputFormat,
  settings: Partial<JobSettings> = {},
): Promise<{ result: EnlargedImage; file: string; progress: string[] }> {
  const folder = temporaryFolder();
  const file = path.join(folder, 'made.part');
  const progress: string[] = [];
  const job = {
    id: 1,
    inputPath,
    tempPath: file,
    scratchFolder: path.join(folder, 'made.scratch'),
    outputFormat,
    settings: {
      ...DEFAULT_JOB_SETTINGS,
      model: 'nearest',
      sizing: { kind: 'factor', factor: 2 } as const,
      ...settings,
    },
    modelsFolder,
    threads: 1,
  };
  const signal = new AbortController().signal;
  const onProgress = (done: number, total: number): number => progress.push(`${done}/${total}`);
  const result = await enlargeImage(job, tools, { signal, onProgress });
  if (result.kind !== 'enhanced') throw new Error(result.kind);
  return { result, file, progress };
}

/** Three pages of different sizes and kinds, with a thumbnail between them. */
const PAGES = [sceneRaster(9, 7), sceneRaster(5, 6, 1), sceneRaster(12, 3)] as const;

function threePages(): string {
  const [first, second, third] = PAGES.map(({ width, height, channels, data }) => ({
    fields: tiffFields({ width, height, channels, photometric: channels === 1 ? 1 : 2 }),
    pixels: data as Uint8Array,
  }));
  const flag = { tag: 254, type: 4, values: [1] } as const;
  const thumbnail = {
    fields: tiffFields({ width: 2, height: 2, extra: [flag] }),
    pixels: new Uint8Array(12),
  };
  const file = path.join(temporaryFolder(), 'pages.tif');
  writeFileSync(file, tiffFile([first!, thumbnail, second!, third!]));
  return file;
}

async function pageOf(file: string, page: number): Promise<string> {
  const image = sharp(file, { page });
  const { channels } = await image.metadata();
  const { data, info } = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return `${info.width}x${info.height}x${info.channels} ${data.toString('hex')}`;
}

function doubled({ width, height, channels, data }: (typeof PAGES)[number]): string {
  const rows: number[] = [];
  for (let y = 0; y < height * 2; y++)
    for (let x = 0; x < width * 2; x++)
      for (let channel = 0; channel < channels; channel++)
        rows.push(data[((y >> 1) * width + (x >> 1)) * channels + channel]!);
  return `${width * 2}x${height * 2}x${channels} ${Buffer.from(rows).toString('hex')}`;
}

test('every page of a TIFF becomes a page, in order, except for the thumbnail', async () => {
  const { result, file } = await enlarge(threePages(), 'tiff');
  expect((await sharp(file).metadata()).pages).toBe(3);
  for (const [page, source] of PAGES.entries()) expect(await pageOf(file, page)).toBe(doubled(source));
  expect(result.output).toMatchObject({ width: 18, height: 14, sha256: await hashFile(file) });
  expect(result.warnings).toEqual([]);
});

test.each([
  ['2-3', [1, 2], '2 of 3 pages were enlarged.'],
  ['3,1', [2, 0], '2 of 3 pages were enlarged.'],
  ['2', [1], 'Only page 2 of 3 pages was enlarged.'],
  ['first', [0], 'Only the first of 3 pages was enlarged.'],
])('--pages %s chooses them, with a note', async (pages, wanted, note) => {
  const { result, file } = await enlarge(threePages(), 'tiff', { pages });
  for (const [page, index] of wanted.entries()) expect(await pageOf(file, page)).toBe(doubled(PAGES[index]!));
  expect(result.warnings).toEqual([note]);
});

/** The resolution across of each directory, and its description. */
function describedPages(file: string): [number | undefined, string | undefined][] {
  const source = bytesSource(readFileSync(file));
  return readDirectories(source).directories.map(({ ifd }) => {
    const tree = readExifTree(source, () => undefined, undefined, ifd.offset);
    const valueOf = (tag: number): Buffer | undefined => {
      const found = tree?.ifd0.find((field) => field.tag === tag);
      return found && Buffer.from(found.value);
    };
    return [valueOf(282)?.readUInt32LE(0), valueOf(270)?.toString('latin1')];
  });
}

test('every page keeps its resolution and its description, in one file and in separate files', async () => {
  const ascii = (text: string): number[] => [...Buffer.from(`${text}\0`, 'latin1')];
  const pages = [300, 200, 100].map((dotsPerInch) => ({
    fields: tiffFields({
      ...{ width: 4, height: 2 },
      extra: [
        { tag: 270, type: 2, values: ascii(`Scan at ${dotsPerInch}`) },
        { tag: 282, type: 5, values: [dotsPerInch, 1] },
        { tag: 283, type: 5, values: [dotsPerInch, 1] },
        { tag: 296, type: 3, values: [2] },
      ],
    }),
    pixels: new Uint8Array(24),
  }));
  const input = path.join(temporaryFolder(), 'scans.tif');
  writeFileSync(input, tiffFile(pages));
  const wanted = [300, 200, 100].map((dotsPerInch) => [dotsPerInch, `Scan at ${dotsPerInch}\0`]);
  expect(describedPages((await enlarge(input, 'tiff')).file)).toEqual(wanted);
  const { result } = await enlarge(input, 'png');
  expect(result.pageFiles?.others).toHaveLength(2);
  expect(describedPages((await enlarge(input, 'tiff', { pages: '2' })).file)).toEqual(wanted.slice(1, 2));
});

test('a format without pages gets a file for each, and a missing page is an error', async () => {
  const { result } = await enlarge(threePages(), 'png', { pages: '2-3' });
  expect(result.pageFiles).toMatchObject({ firstPage: 2, others: [{ page: 3, width: 24, height: 6 }] });
  expect(result.output).toMatchObject({ width: 10, height: 12 });
  await expect(enlarge(threePages(), 'tiff', { pages: '7' })).rejects.toThrow(EnlargerError);
  expect(jobSettingsSchema.safeParse({ ...DEFAULT_JOB_SETTINGS, pages: 'two' }).success).toBe(false);
});

const DELAYS = [50, 120, 300];

/** Three frames: a square that moves over transparency. */
async function animation(format: 'gif' | 'webp', loop: number): Promise<string> {
  const [width, height] = [16, 10];
  const data = new Uint8Array(width * height * 3 * 4);
  for (let frame = 0; frame < 3; frame++)
    for (let y = 3; y < 7; y++)
      for (let x = frame * 4; x < frame * 4 + 4; x++)
        data.set([230, 40, 20, 255], ((frame * height + y) * width + x) * 4);
  const image = sharp(data, { raw: { width, height: height * 3, channels: 4, pageHeight: height } });
  const file = path.join(temporaryFolder(), `anim.${format}`);
  await (
    format === 'gif'
      ? image.gif({ delay: DELAYS, loop })
      : image.webp({ delay: DELAYS, loop, lossless: true })
  ).toFile(file);
  return file;
}

async function framesOf(
  file: string,
): Promise<{ pixels: number[]; delay: number[] | undefined; loop: number | undefined }> {
  const { delay, loop } = await sharp(file, { pages: -1 }).metadata();
  const data = await sharp(file, { pages: -1 }).ensureAlpha().raw().toBuffer();
  return { pixels: Array.from(data), delay, loop };
}

test.each([
  ['gif', 'gif', 3],
  ['webp', 'webp', 0],
  ['gif', 'webp', 2],
] as const)(
  'an animated %s becomes an animated %s with its delays, loops and transparency',
  async (from, to, loop) => {
    const input = await animation(from, loop);
    const { file, progress } = await enlarge(input, to, { model: 'nearest' });
    const [before, after] = [await framesOf(input), await framesOf(file)];
    expect({ delay: after.delay, loop: after.loop }).toEqual({ delay: before.delay, loop: before.loop });
    const stride = 16 * 4;
    const reduced = before.pixels.map((_, index) => {
      const [row, column, channel] = [
        Math.floor(index / stride),
        Math.floor((index % stride) / 4),
        index % 4,
      ];
      return after.pixels[row * 2 * stride * 2 + column * 2 * 4 + channel]!;
    });
    const alpha = (pixels: readonly number[]): number[] => pixels.filter((__, index) => index % 4 === 3);
    expect(alpha(reduced)).toEqual(alpha(before.pixels));
    const isShown = (index: number): boolean => before.pixels[index - (index % 4) + 3] === 255;
    const farthest = Math.max(
      ...reduced.map((value, index) => (isShown(index) ? Math.abs(value - before.pixels[index]!) : 0)),
    );
    expect(farthest).toBeLessThan(40);
    expect(progress).toEqual(['1/3', '2/3', '3/3']);
  },
);

test.each([
  ['png', []],
  ['webp', []],
  ['gif', [expect.stringMatching(/^GIF has no partial transparency/)]],
] as const)('an animated PNG becomes an animated %s', async (to, warnings) => {
  const { result, file, progress } = await enlarge(fixturePath('../apng/animated.png'), to);
  expect({ warnings: result.warnings, progress: progress.length }).toEqual({ warnings, progress: 6 });
  const bytes = readFileSync(file);
  const frames = await readFrames(bytes, to, { maxPixels: 1e6, ignoreIcc: true });
  expect(frames).toMatchObject({ count: 6, width: 32, height: 20, loop: 3 });
});

test('the option `first`, or a format without animation, gives one image', async () => {
  const input = await animation('webp', 0);
  const one = await enlarge(input, 'webp', { pages: 'first' });
  expect((await sharp(one.file).metadata()).pages ?? 1).toBe(1);
  expect((await enlarge(input, 'png')).result.warnings).toEqual(['Only the first of 3 frames was enlarged.']);
});

test('an animated GIF stays animated, and a still one becomes a PNG', async () => {
  expect(await readSourceFacts(await animation('gif', 0))).toMatchObject({ same: 'gif' });
  expect(await readSourceFacts(fixturePath('animated.gif'))).toMatchObject({ same: 'gif' });
  expect(await readSourceFacts(await animation('gif', 0), 'first')).toMatchObject({ same: 'png' });
});
