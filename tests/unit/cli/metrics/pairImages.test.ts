import { expect, test } from 'vitest';
import { pairImages } from '../../../../cli/metrics/pairImages.ts';
import type { FoundImage } from '../../../../core/jobs/findImages.ts';

function found(root: string, names: readonly string[]): FoundImage[] {
  return names.map((name) => ({
    path: `${root}/${name}`,
    fromFolder: true,
    relativeFolder: name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '',
  }));
}

/** Pairs as `reference > output`, and unpaired files as `? file`. */
function pairsOf(references: readonly string[], outputs: readonly string[]): string[] {
  return pairImages(found('r', references), found('o', outputs)).map((pair) =>
    pair.kind === 'pair' ? `${pair.reference} > ${pair.output}` : `? ${pair.file}`,
  );
}

test.each([
  { what: 'the same name', references: ['cat.png'], outputs: ['cat.png'], pairs: ['r/cat.png > o/cat.png'] },
  {
    what: 'a suffix and another ending',
    references: ['cat.jpg'],
    outputs: ['cat_4x.png'],
    pairs: ['r/cat.jpg > o/cat_4x.png'],
  },
  {
    what: 'the longest name that fits',
    references: ['cat.png', 'cat_big.png'],
    outputs: ['cat_4x.png', 'cat_big_4x.png'],
    pairs: ['r/cat.png > o/cat_4x.png', 'r/cat_big.png > o/cat_big_4x.png'],
  },
  {
    what: 'no name that only has the same beginning',
    references: ['img1.png'],
    outputs: ['img10_4x.png'],
    pairs: ['? o/img10_4x.png', '? r/img1.png'],
  },
  {
    what: 'the same ending if two names fit',
    references: ['cat.jpg', 'cat.png'],
    outputs: ['cat_4x.png', 'cat_4x.JPG'],
    pairs: ['r/cat.png > o/cat_4x.png', 'r/cat.jpg > o/cat_4x.JPG'],
  },
  {
    what: 'nothing if two fit equally well',
    references: ['cat.jpg', 'cat.png'],
    outputs: ['cat_4x.webp'],
    pairs: ['? o/cat_4x.webp', '? r/cat.jpg', '? r/cat.png'],
  },
  {
    what: 'the same folder only',
    references: ['a/cat.png', 'b/cat.png'],
    outputs: ['b/cat_2x.png'],
    pairs: ['r/b/cat.png > o/b/cat_2x.png', '? r/a/cat.png'],
  },
  {
    what: 'several outputs of one reference',
    references: ['cat.png'],
    outputs: ['cat_fast.png', 'cat_slow.png'],
    pairs: ['r/cat.png > o/cat_fast.png', 'r/cat.png > o/cat_slow.png'],
  },
])('pairs by name: $what', ({ references, outputs, pairs }) => {
  expect(pairsOf(references, outputs)).toEqual(pairs);
});
