import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { vi } from 'vitest';

const REFERENCES = fileURLToPath(new URL('../fixtures/screens', import.meta.url));
/** Screens and their differences from the references; not part of the project. */
export const SCREEN_ARTEFACTS = fileURLToPath(new URL('../../.cache/screens', import.meta.url));

/** Screens are kept and compared at half their size. */
const REDUCTION = 2;
/** The side of the squares whose mean colours are compared: text inside is a grey that hardly depends on its edges. */
const CELL_PX = 8;
/** A cell differs when a channel's mean does by more than this, of 255. */
const CELL_LIMIT = 8;
/** With the same fonts two screens are equal but for how edges are smoothed: at most ten cells of 4,000 may differ. */
const SAME_FONTS_SHARE = 0.0025;
/** Other fonts move every text: serif in place of sans makes 1.2 in the mean of all cells, light for dark 172. */
const OTHER_FONTS_MEAN = 3;

/** A canvas is drawn tile by tile: a screen has settled once this many captures in a row are the same. */
const STILL_TIMES = 3;

/** A captured screen. */
export interface TakenScreen {
  readonly picture: Buffer;
  /** All text and controls, in order, as assistive technology sees them. */
  readonly words: readonly string[];
  /** Widths of sample texts: the same on machines with the same fonts. */
  readonly fonts: string;
}

/** Measures the widths of some texts in the window's font. */
const MEASURE_FONTS = `(() => {
  const context = document.createElement('canvas').getContext('2d');
  const { fontFamily } = getComputedStyle(document.querySelector('.window'));
  return ['400', '700'].map((weight) => {
    context.font = weight + ' 100px ' + fontFamily;
    return context.measureText('Enlarger 放大圖片 0123456789').width.toFixed(1);
  }).join(' ');
})()`;

/** Takes a screen once it no longer changes. */
export async function takeScreen(page: Page): Promise<TakenScreen> {
  let last: Buffer | undefined;
  let equalInARow = 0;
  const image = await vi.waitUntil(
    async () => {
      const next = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      equalInARow = last?.equals(next) === true ? equalInARow + 1 : 0;
      last = next;
      return equalInARow >= STILL_TIMES ? next : undefined;
    },
    { timeout: 20_000, interval: 200 },
  );
  const words = (await page.locator('body').ariaSnapshot()).split('\n');
  return { picture: image, words, fonts: await page.evaluate<string>(MEASURE_FONTS) };
}

interface Pixels {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number };
}

function pixelsOf(image: Buffer): Promise<Pixels> {
  return sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

async function reduce(image: Buffer): Promise<Buffer> {
  const { width } = await sharp(image).metadata();
  return sharp(image)
    .resize(Math.round(width / REDUCTION))
    .png()
    .toBuffer();
}

/** The mean colour of every cell, three channels each, row by row. */
function cellMeans({ data, info: { width, height } }: Pixels): Float64Array {
  const columns = Math.ceil(width / CELL_PX);
  const sums = new Float64Array(columns * Math.ceil(height / CELL_PX) * 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / CELL_PX) * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor(x / CELL_PX);
      for (let c = 0; c < 3; c++) sums[cell * 3 + c]! += data[(y * width + x) * 3 + c]!;
    }
  }
  return sums.map((sum) => sum / CELL_PX ** 2);
}

/** By how much each cell differs: the largest of its channels, 0…255. */
function cellDifferences(a: Float64Array, b: Float64Array): readonly number[] {
  return Array.from({ length: a.length / 3 }, (_, cell) =>
    Math.max(...[0, 1, 2].map((c) => Math.abs((a[cell * 3 + c] ?? 0) - (b[cell * 3 + c] ?? 0)))),
  );
}

function imageFinding(differences: readonly number[], haveSameFonts: boolean): string | undefined {
  if (haveSameFonts) {
    const share = differences.filter((difference) => difference > CELL_LIMIT).length / differences.length;
    if (share <= SAME_FONTS_SHARE) return undefined;
    return `${(share * 100).toFixed(2)}% of the screen looks different; ${SAME_FONTS_SHARE * 100}% is allowed`;
  }
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  if (mean <= OTHER_FONTS_MEAN) return undefined;
  return `colours differ by ${mean.toFixed(1)} of 255 in the mean; with other fonts ${OTHER_FONTS_MEAN} may`;
}

function wordFindings(expected: readonly string[], seen: readonly string[]): string[] {
  const missing = expected.filter((line) => !seen.includes(line)).map((line) => `missing: ${line.trim()}`);
  const added = seen.filter((line) => !expected.includes(line)).map((line) => `new: ${line.trim()}`);
  return [...missing, ...added];
}

/** Writes reference, screen and the cells that differ, side by side in one folder, for people to look at. */
async function keepDifference(
  artefact: string,
  reference: Buffer,
  differences: readonly number[],
): Promise<void> {
  const { width, height } = await sharp(reference).metadata();
  const marks = Buffer.from(
    differences.map((difference) => (difference > CELL_LIMIT ? 255 : difference * 4)),
  );
  const raw = {
    width: Math.ceil(width / CELL_PX),
    height: Math.ceil(height / CELL_PX),
    channels: 1 as const,
  };
  await sharp(reference).toFile(path.join(SCREEN_ARTEFACTS, `${artefact}-expected.png`));
  await sharp(marks, { raw })
    .resize(width, height, { kernel: 'nearest' })
    .png()
    .toFile(path.join(SCREEN_ARTEFACTS, `${artefact}-difference.png`));
}

/**
 * Compares a screen with its reference, by its text and its looks. The screen is kept among the artefacts;
 * if it differs, so are its reference and the differences.
 *
 * @param artefact Name under which it is kept.
 * @returns One sentence per difference, or an empty list.
 */
export async function screenFindings(
  name: string,
  screen: TakenScreen,
  artefact = name,
): Promise<readonly string[]> {
  mkdirSync(SCREEN_ARTEFACTS, { recursive: true });
  for (const kind of ['expected', 'difference'])
    rmSync(path.join(SCREEN_ARTEFACTS, `${artefact}-${kind}.png`), { force: true });
  writeFileSync(path.join(SCREEN_ARTEFACTS, `${artefact}.png`), screen.picture);
  const { fonts, words } = JSON.parse(readFileSync(path.join(REFERENCES, `${name}.json`), 'utf8')) as Omit<
    TakenScreen,
    'picture'
  >;
  const reference = readFileSync(path.join(REFERENCES, `${name}.webp`));
  const reduced = await reduce(screen.picture);
  const means = [cellMeans(await pixelsOf(reference)), cellMeans(await pixelsOf(reduced))] as const;
  const differences = cellDifferences(...means);
  const look = imageFinding(differences, fonts === screen.fonts);
  const findings = [...(look === undefined ? [] : [look]), ...wordFindings(words, screen.words)];
  if (findings.length > 0) await keepDifference(artefact, reference, differences);
  return findings;
}

/** Makes a screen the reference that later ones are compared with. */
export async function keepAsReference(
  name: string,
  { picture: image, words, fonts }: TakenScreen,
): Promise<void> {
  mkdirSync(REFERENCES, { recursive: true });
  await sharp(await reduce(image))
    .webp({ quality: 80, smartSubsample: true, effort: 6 })
    .toFile(path.join(REFERENCES, `${name}.webp`));
  const text = `${JSON.stringify({ fonts, words }, undefined, 2)}\n`;
  writeFileSync(path.join(REFERENCES, `${name}.json`), text);
}
