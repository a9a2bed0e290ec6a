import { expect, test } from 'vitest';
import type { ChannelCount, Raster } from '../../../core/api/image.ts';
import type { OutputFormat } from '../../../core/api/outputFormats.ts';
import { transparencyNote } from '../../../core/image/transparencyNote.ts';

function withAlpha(levels: readonly number[], channels: 2 | 4, bitDepth: 8 | 16): Raster {
  const samples = levels.flatMap((level) => [...Array<number>(channels - 1).fill(7), level]);
  const data = bitDepth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples);
  return { width: levels.length, height: 1, channels, data };
}

function opaque(channels: ChannelCount): Raster {
  return { width: 1, height: 1, channels, data: new Uint8Array(channels).fill(128) };
}

const PARTIAL = /no partial transparency/;
const FILLED = /no transparency: .* #123456\.$/;

test.each<[string, Raster, OutputFormat, RegExp | undefined]>([
  ['half of 8 bits', withAlpha([0, 255, 128], 4, 8), 'gif', PARTIAL],
  ['half of 16 bits', withAlpha([0, 65_535, 255], 4, 16), 'gif', PARTIAL],
  ['half over grey', withAlpha([1], 2, 8), 'gif', PARTIAL],
  ['only all or nothing', withAlpha([0, 65_535], 4, 16), 'gif', undefined],
  ['an opaque alpha channel', withAlpha([255, 255], 4, 8), 'gif', undefined],
  ['half of 8 bits', withAlpha([128], 4, 8), 'jpeg', FILLED],
  ['only all or nothing', withAlpha([0, 255], 2, 8), 'jpeg', FILLED],
  ['an opaque alpha channel', withAlpha([65_535], 4, 16), 'jpeg', undefined],
  ['no alpha', opaque(3), 'jpeg', undefined],
  ['no alpha', opaque(1), 'gif', undefined],
  ['half of 8 bits', withAlpha([128], 4, 8), 'png', undefined],
  ['half of 8 bits', withAlpha([128], 4, 8), 'webp', undefined],
  ['half of 16 bits', withAlpha([128], 4, 16), 'avif', undefined],
  ['half of 16 bits', withAlpha([128], 4, 16), 'jxl', undefined],
  ['half of 16 bits', withAlpha([128], 4, 16), 'tiff', undefined],
])('transparency that is lost is noted: %s (%#)', (_, raster, format, note) => {
  expect(transparencyNote(raster, format, '#123456') ?? '').toMatch(note ?? /^$/);
});
