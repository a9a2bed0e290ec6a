import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { bitDepthOf } from '../../core/api/image.ts';
import { formatOfExtension } from '../../core/api/imageFormats.ts';
import { readMetadata } from '../../core/metadata/readMetadata.ts';
import { fixturePath, patternRaster, storedPixels, writePng } from '../support/images.ts';
import { eventsOf, filesBelow, finishedEvent, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const imagesFolder = path.dirname(fixturePath('x'));

/** Checksum, size, time, number and permissions of every file of a folder. */
function stateOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const file = path.join(folder, name);
      const { ino, mtimeMs, mode, size } = statSync(file);
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      return [name, `${ino} ${mtimeMs} ${mode} ${size} ${sha256}`];
    }),
  );
}

test('every fixture is enlarged in its own format, and no fixture is changed', async () => {
  const output = temporaryFolder();
  const before = stateOf(imagesFolder);
  const result = await runCli(['-i', imagesFolder, '-o', output, '-n', 'nearest', '-s', '2', '--json']);
  const count = Object.keys(before).length;
  expect([result.code, finishedEvent(result).totals]).toMatchObject([0, { inputs: count, done: count }]);
  expect(stateOf(imagesFolder)).toEqual(before);
  for (const event of eventsOf(result)) {
    if (event.type !== 'job-done') continue;
    const { inputImage, outputImage, input } = event;
    expect([input, outputImage.width, outputImage.height]).toEqual([
      input,
      inputImage.width * 2,
      inputImage.height * 2,
    ]);
    const bytes = readFileSync(event.output);
    expect(outputImage.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(outputImage.sizeBytes).toBe(bytes.length);
    const [from, to] = [await sharp(input).metadata(), await sharp(bytes).metadata()];
    // WebP leaves out an alpha that is opaque everywhere.
    const isSameKind =
      to.depth === from.depth && (to.channels === from.channels || outputImage.format === 'webp');
    // CMYK becomes RGB.
    expect([path.basename(input), isSameKind || from.space === 'cmyk']).toEqual([path.basename(input), true]);
  }
});

test('16 bit are exact in PNG and become 8 in JPEG; grey and alpha are kept', async () => {
  const folder = temporaryFolder();
  const deep = patternRaster({ width: 15, height: 11, channels: 3, bitDepth: 16 });
  writePng(path.join(folder, 'deep.png'), deep);
  const run = (format: string): Promise<{ code: number | null }> =>
    runCli([
      '-i',
      path.join(folder, 'deep.png'),
      '-o',
      path.join(folder, `out.${format}`),
      '-n',
      'nearest',
      '-s',
      '2',
    ]);
  expect([(await run('png')).code, (await run('jpg')).code]).toEqual([0, 0]);
  const made = await storedPixels(path.join(folder, 'out.png'));
  expect(bitDepthOf(made.data)).toBe(16);
  for (let channel = 0; channel < 3; channel++) {
    expect(made.data[(2 * 30 + 4) * 3 + channel]).toBe(deep.data[(1 * 15 + 2) * 3 + channel]);
  }
  expect(bitDepthOf((await storedPixels(path.join(folder, 'out.jpg'))).data)).toBe(8);
});

interface Kept {
  readonly make: string;
  readonly position: boolean;
  readonly author: boolean;
  readonly profile: boolean;
  readonly density: number | undefined;
  readonly orientation: number;
  readonly mtimeMs: number;
}

async function keptIn(file: string): Promise<Kept> {
  const metadata = await sharp(file).metadata();
  const bytes = readFileSync(file);
  // TIFF has its EXIF fields in its own directories, which sharp does not report.
  const format = formatOfExtension(path.extname(file));
  const blob = format && readMetadata(format, bytes).metadata.exif;
  const exif = Buffer.from(blob ?? []).toString('latin1');
  return {
    make: /Fixture Camera/.test(exif) ? 'Fixture Camera' : '',
    position: exif.includes('N\0') && /\x25\x88|\x88\x25/.test(exif), // the tag of the GPS directory
    author: metadata.xmp?.toString('utf8').includes('Fixture Author') ?? false,
    profile: metadata.hasProfile,
    density: metadata.density,
    orientation: metadata.orientation ?? 1,
    mtimeMs: statSync(file).mtimeMs,
  };
}

describe('the metadata of a file', () => {
  const MTIME_S = 1_234_567_890;

  function source(folder: string): string {
    const input = path.join(folder, 'in.jpg');
    copyFileSync(fixturePath('rgb8.jpg'), input);
    utimesSync(input, MTIME_S, MTIME_S);
    return input;
  }

  const EVERYTHING = {
    ...{ make: 'Fixture Camera', position: true, author: true, profile: true },
    ...{ orientation: 1, mtimeMs: MTIME_S * 1000 },
  };

  test('is kept by every format', async () => {
    const folder = temporaryFolder();
    let input = source(folder);
    for (const format of ['jpg', 'png', 'webp', 'tif', 'avif']) {
      const output = path.join(folder, `out.${format}`);
      expect((await runCli(['-i', input, '-o', output, '-n', 'nearest', '-s', '1.5'])).code).toBe(0);
      expect([format, await keptIn(output)]).toEqual([format, expect.objectContaining(EVERYTHING)]);
      input = output;
    }
  });

  test.each([
    { policy: 'all', kept: EVERYTHING },
    { policy: 'safe', kept: { make: 'Fixture Camera', position: false, profile: true } },
    { policy: 'none', kept: { make: '', position: false, author: false } },
  ])('is kept as requested: $policy', async ({ policy, kept }) => {
    const folder = temporaryFolder();
    const output = path.join(folder, 'out.jpg');
    const args = ['-i', source(folder), '-o', output, '-n', 'nearest', '-s', '2', '--metadata', policy];
    expect((await runCli(args)).code).toBe(0);
    expect(await keptIn(output)).toMatchObject(kept);
  });

  test('turns an image upright and records it', async () => {
    const output = path.join(temporaryFolder(), 'out.jpg');
    const args = ['-i', fixturePath('orientation-6.jpg'), '-o', output, '-n', 'nearest', '-s', '2'];
    expect((await runCli(args)).code).toBe(0);
    const { width, height, orientation } = await sharp(output).metadata();
    expect([width, height, orientation ?? 1]).toEqual([96, 64, 1]);
  });
});

test('hostile names are kept unchanged', async () => {
  const folder = temporaryFolder();
  const source = path.join(folder, 'in');
  mkdirSync(path.join(source, 'a [b] {c}'), { recursive: true });
  const names = [
    ...['emoji 🏔️.png', 'שלום‮gnp.png', '100% %s.png', '-rf.png', '$(touch x);&.png', "it's.png"],
    ...['a [b] {c}/[brackets].png', `${'x'.repeat(240)}.png`, '.hidden.png', 'UPPER.PNG'],
    ...(process.platform === 'win32'
      ? []
      : ['line\nbreak.png', 'bell\u0007 \u001b[31mred.png', 'back\\slash.png']),
  ];
  for (const name of names) copyFileSync(fixturePath('1x1.png'), path.join(source, name));
  const result = await runCli(['-i', '.', '-o', '../out', '-n', 'nearest', '-s', '2', '--json'], source);
  expect([result.code, finishedEvent(result).totals.done]).toEqual([0, names.length]);
  const made = names.map((name) => {
    const { dir, name: stem, ext } = path.posix.parse(name);
    return path.posix.join(dir, `${stem}_2x${ext}`);
  });
  expect(filesBelow(path.join(folder, 'out'))).toEqual(made.sort());
  const people = await runCli(['-i', '.', '-o', '../out', '-n', 'nearest', '-s', '2'], source);
  // eslint-disable-next-line no-control-regex -- what must not reach a terminal
  expect(people.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
