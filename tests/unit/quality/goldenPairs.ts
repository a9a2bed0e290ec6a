import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { z } from 'zod';
import type { FloatImage } from '../../../core/api/image.ts';

/** Scores by name, one level deep; `null` stands for an infinite PSNR. */
const scoresSchema = z.record(z.string(), z.record(z.string(), z.number().nullable()));

const pairSchema = z.object({
  name: z.string(),
  width: z.number(),
  height: z.number(),
  channels: z.number(),
  fullScale: z.number(),
  reference: z.string(),
  output: z.string(),
  plain: scoresSchema,
  sr: scoresSchema,
});

export type ExpectedScores = z.infer<typeof scoresSchema>;

export interface GoldenPair {
  readonly name: string;
  readonly reference: FloatImage;
  readonly output: FloatImage;
  readonly plain: ExpectedScores;
  readonly sr: ExpectedScores;
}

/** The image pairs of golden.json, which make_golden.py in the same folder wrote. */
export function goldenPairs(): readonly GoldenPair[] {
  const text = readFileSync(new URL('../../fixtures/quality/golden.json', import.meta.url), 'utf8');
  const { pairs } = z.object({ pairs: z.array(pairSchema) }).parse(JSON.parse(text));
  return pairs.map((pair) => ({
    name: pair.name,
    reference: unpack(pair.reference, pair),
    output: unpack(pair.output, pair),
    plain: pair.plain,
    sr: pair.sr,
  }));
}

function unpack(
  packed: string,
  { width, height, channels, fullScale }: z.infer<typeof pairSchema>,
): FloatImage {
  const bytes = inflateSync(Buffer.from(packed, 'base64'));
  const pixels = width * height;
  const data = new Float32Array(pixels * channels);
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / channels);
    data[(index % channels) * pixels + pixel] = (bytes.readUInt16LE(2 * index) * 255) / fullScale;
  }
  return { width, height, channels, data };
}
