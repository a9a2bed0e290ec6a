/**
 * @file Measures which images `auto` sends to a network that restores: of clean ones, and of the same degraded in four ways.
 * After `npm run build`:
 *
 *     npm run bench:auto -- IMAGES [--count 150] [--seed 1] [--factors 1,2,4]
 *
 * IMAGES is a folder of large images (subfolders included). Each is measured at one of the factors smaller, in turn; the
 * degraded ones at the smallest of 1 and 2.
 */
import { parseArgs } from 'node:util';
import type { FloatImage } from '../../core/api/image.ts';
import { chooseTreatment } from '../../core/quality/choosing/chooseTreatment.ts';
import { imageCondition } from '../../core/quality/estimates/imageCondition.ts';
import { floatRows } from '../../core/quality/planes/imageRows.ts';
import { seededRandom } from './brokenOutputs.ts';
import { floatImage, reducedImage } from './floatImages.ts';
import { imagesIn, spread } from './imageFolder.ts';
import { SPOILINGS } from './spoiledInputs.ts';

const CLEAN = 'clean';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    factors: { type: 'string', default: '1,2,4' },
  },
});

/** How many images of a kind there are, and how many of them are restored. */
class Tally {
  readonly #counts = new Map<string, { all: number; restored: number }>();

  add(kind: string, image: FloatImage): void {
    const counts = this.#counts.get(kind) ?? { all: 0, restored: 0 };
    counts.all++;
    if (chooseTreatment(imageCondition(floatRows(image))).treatment !== 'faithful') counts.restored++;
    this.#counts.set(kind, counts);
  }

  toString(): string {
    const lines = [...this.#counts].map(([kind, { all, restored }]) => `| ${kind} | ${restored} of ${all} |`);
    return ['| images | restored |', '| --- | --- |', ...lines].join('\n');
  }
}

async function main(): Promise<void> {
  const [folder] = positionals;
  if (folder === undefined) throw new Error('usage: autoRates IMAGES [options]');
  const factors = values.factors.split(',').map(Number);
  const random = seededRandom(Number(values.seed));
  const tally = new Tally();
  for (const [index, file] of spread(imagesIn(folder), Number(values.count)).entries()) {
    const image = await floatImage(file);
    tally.add(CLEAN, smaller(image, factors[index % factors.length] ?? 1));
    for (const [kind, spoiled] of Object.entries(SPOILINGS)) {
      tally.add(kind, await spoiled(smaller(image, 2), random));
    }
  }
  console.log(String(tally));
}

function smaller(image: FloatImage, factor: number): FloatImage {
  if (factor === 1) return image;
  const { width, height } = image;
  return reducedImage(image, { width: Math.floor(width / factor), height: Math.floor(height / factor) });
}

await main();
