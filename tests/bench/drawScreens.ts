import { readRaster } from '../../core/image/readRaster.ts';
import type { Raster } from '../../core/api/image.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

const SCREEN = { width: 1280, height: 800 } as const;

const WORDS = 'Open Save Folder Copy Recent Shared Images Report Settings Preview Width Height Cancel'.split(
  ' ',
);

/** The kinds of screens that people save: a page of text, a table, a dialog, tiles of images, a terminal. */
const LAYOUTS = ['page', 'table', 'dialog', 'gallery', 'terminal'] as const;
type Layout = (typeof LAYOUTS)[number];

interface Theme {
  readonly page: string;
  readonly bar: string;
  readonly text: string;
  readonly accent: string;
}

const THEMES: readonly Theme[] = [
  { page: '#ffffff', bar: '#eef0f3', text: '#1c1f24', accent: '#2563c9' },
  { page: '#16191d', bar: '#22262c', text: '#d8dce2', accent: '#6aa5ff' },
];

function word(index: number): string {
  return WORDS[(index * 7 + 3) % WORDS.length] ?? '';
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  { fill, size = 14 }: { fill: string; size?: number },
): string {
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${fill}">${content}</text>`;
}

function sentence(seed: number, words: number): string {
  return Array.from({ length: words }, (_, index) => word(seed * 5 + index)).join(' ');
}

function content(layout: Layout, { page, bar, text: fill, accent }: Theme): string {
  const rows = Array.from({ length: 26 }, (_, row) => row);
  switch (layout) {
    case 'page':
      return rows.map((row) => text(300, 110 + row * 25, sentence(row, 9), { fill })).join('');
    case 'table':
      return rows
        .map((row) => {
          const cells = [0, 1, 2, 3].map((column) =>
            text(280 + column * 240, 112 + row * 26, word(row + column * 3), { fill }),
          );
          return rect(260, 94 + row * 26, 1000, 26, row % 2 === 0 ? page : bar) + cells.join('');
        })
        .join('');
    case 'dialog':
      return (
        rect(440, 260, 460, 260, bar) +
        text(470, 310, sentence(1, 3), { fill, size: 20 }) +
        [0, 1, 2].map((row) => text(470, 360 + row * 26, sentence(row, 5), { fill })).join('') +
        rect(760, 460, 110, 36, accent) +
        text(786, 483, 'Cancel', { fill: '#ffffff' })
      );
    case 'gallery':
      return rows
        .slice(0, 15)
        .map((item) => rect(270 + (item % 5) * 196, 90 + Math.floor(item / 5) * 220, 180, 180, bar))
        .join('');
    case 'terminal':
      return rows
        .map(
          (row) =>
            `<text x="270" y="${106 + row * 24}" font-family="monospace" font-size="14" fill="${fill}">$ ${sentence(row, 3 + (row % 4))}</text>`,
        )
        .join('');
  }
}

function screenSvg(index: number): string {
  const theme = THEMES[index % THEMES.length] ?? THEMES[0];
  const layout = LAYOUTS[Math.floor(index / THEMES.length) % LAYOUTS.length];
  if (theme === undefined || layout === undefined) throw new RangeError(`There is no screen ${index}.`);
  const { width, height } = SCREEN;
  const menu = Array.from({ length: 12 }, (_, row) =>
    text(24, 110 + row * 32, word(row), { fill: theme.text }),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    rect(0, 0, width, height, theme.page) +
    rect(0, 0, width, 48, theme.bar) +
    rect(0, 48, 240, height - 48, theme.bar) +
    text(24, 30, 'Images', { fill: theme.text, size: 18 }) +
    menu.join('') +
    content(layout, theme) +
    '</svg>'
  );
}

/** Draws screens without alpha, five kinds in a light and a dark theme. */
export async function drawScreens(count: number): Promise<Raster[]> {
  // The program reads no SVG, and has its library refuse it.
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-screens-'));
  try {
    const screens: Raster[] = [];
    for (let index = 0; index < count; index++) {
      const file = path.join(folder, `${index}.png`);
      await sharp(Buffer.from(screenSvg(index)))
        .removeAlpha()
        .png()
        .toFile(file);
      screens.push(await readRaster(file, { colour: 'keep', maxPixels: 160e6 }));
    }
    return screens;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
