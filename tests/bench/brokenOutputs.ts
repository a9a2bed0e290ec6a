import type { FloatImage, Rect } from '../../core/api/image.ts';
import type { TileBorders } from '../../core/quality/judging/seamSteps.ts';

/** A number from 0 up to, but not including, 1; the same sequence on every run. */
export type Random = () => number;

/** Marsaglia: "Xorshift RNGs", Journal of Statistical Software 8(14), 2003. */
export function seededRandom(seed: number): Random {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Makes of a faithful output one as a fault would have left it. */
export type Break = (output: FloatImage, borders: TileBorders, random: Random) => FloatImage;

/** The faults that a verdict must see. */
export const BREAKS: Readonly<Record<string, Break>> = {
  'dead tile': (output, borders, random) => {
    const level = pick([0, 0, 128, 255], random);
    return changed(output, randomTile(output, borders, random), () => level);
  },
  'swapped channels': (output, _borders, random) => {
    const order = pick(
      [
        [2, 1, 0],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
      ] as const,
      random,
    );
    return remapped(output, ({ x, y, channel }) => ({ x, y, channel: order[channel] ?? channel }));
  },
  'shifted colour': (output, _borders, random) => {
    const shifted = Math.floor(random() * 3);
    const shift = signed(8 + 16 * random(), random);
    return changed(output, whole(output), (sample, channel) =>
      channel === shifted ? sample + shift : sample,
    );
  },
  'visible seam': (output, borders, random) => {
    const shift = signed(5 + 11 * random(), random);
    return changed(output, randomTile(output, borders, random), (sample) => sample + shift);
  },
  'misplaced tile': (output, borders, random) => {
    const tile = randomTile(output, borders, random);
    const shift = Math.round(signed(4 + 4 * random(), random));
    const isInside = (x: number, y: number): boolean =>
      x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height;
    return remapped(output, ({ x, y, channel }) => ({ x: isInside(x, y) ? x + shift : x, y, channel }));
  },
  checkerboard: (output, _borders, random) => {
    const amplitude = 4 + 6 * random();
    const period = pick([2, 4], random);
    return changed(output, whole(output), (sample, _channel, x, y) => {
      const isLight = (Math.floor((2 * x) / period) + Math.floor((2 * y) / period)) % 2 === 0;
      return sample + (isLight ? amplitude : -amplitude);
    });
  },
  'half-written': (output, _borders, random) => {
    const y = Math.floor(output.height * (0.3 + 0.6 * random()));
    const level = pick([0, 128, 255], random);
    return changed(output, { x: 0, y, width: output.width, height: output.height - y }, () => level);
  },
  'wrong orientation': (output, _borders, random) => {
    const [isMirrored, isFlipped] = pick(
      [
        [true, false],
        [false, true],
        [true, true],
      ] as const,
      random,
    );
    const isTurned = output.width === output.height && random() < 0.5;
    return remapped(output, ({ x, y, channel }) => {
      const column = isMirrored ? output.width - 1 - x : x;
      const row = isFlipped ? output.height - 1 - y : y;
      return isTurned ? { x: row, y: column, channel } : { x: column, y: row, channel };
    });
  },
};

interface Position {
  readonly x: number;
  readonly y: number;
  readonly channel: number;
}

function pick<T>(choices: readonly T[], random: Random): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}

function signed(size: number, random: Random): number {
  return random() < 0.5 ? -size : size;
}

function whole({ width, height }: FloatImage): Rect {
  return { x: 0, y: 0, width, height };
}

function randomTile(output: FloatImage, borders: TileBorders, random: Random): Rect {
  const span = (starts: readonly number[], length: number): readonly [number, number] => {
    const edges = [0, ...starts, length];
    const index = Math.floor(random() * (edges.length - 1));
    const start = edges[index] ?? 0;
    return [start, (edges[index + 1] ?? length) - start];
  };
  const [x, width] = span(borders.columns, output.width);
  const [y, height] = span(borders.rows, output.height);
  return { x, y, width, height };
}

function changed(
  output: FloatImage,
  rect: Rect,
  change: (sample: number, channel: number, x: number, y: number) => number,
): FloatImage {
  const data = output.data.slice();
  for (let channel = 0; channel < output.channels; channel++) {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        const index = sampleIndex(output, { x, y, channel });
        const sample = Math.round(change(data[index] ?? 0, channel, x, y));
        data[index] = Math.min(255, Math.max(0, sample));
      }
    }
  }
  return { ...output, data };
}

/** Takes every sample from where `source` says; positions outside count as the nearest inside. */
function remapped(output: FloatImage, source: (position: Position) => Position): FloatImage {
  const data = new Float32Array(output.data.length);
  for (let channel = 0; channel < output.channels; channel++) {
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++) {
        const from = source({ x, y, channel });
        const inside = { ...from, x: Math.min(output.width - 1, Math.max(0, from.x)) };
        data[sampleIndex(output, { x, y, channel })] = output.data[sampleIndex(output, inside)] ?? 0;
      }
    }
  }
  return { ...output, data };
}

function sampleIndex({ width, height }: FloatImage, { x, y, channel }: Position): number {
  return (channel * height + y) * width + x;
}
