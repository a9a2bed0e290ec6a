import { describe, expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/image.ts';
import type { EnlargementKind } from '../../../core/api/models/networkKinds.ts';
import type { ReasonCode } from '../../../core/api/report.ts';
import { assessOutput } from '../../../core/quality/judging/assessOutput.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { verdict, type Verdict } from '../../../core/quality/judging/verdict.ts';
import { BREAKS, seededRandom } from '../../bench/brokenOutputs.ts';
import { resizedImage, sceneImage } from './sceneImage.ts';

const FINISH = { kernel: 'bicubic', linearLight: false } as const;
const BORDERS = { columns: [64, 128], rows: [64, 128] };
const output = sceneImage({ width: 192, height: 192 });
const input = resizedImage(output, { width: 48, height: 48 });

function judge(image: FloatImage, from = input, kind: EnlargementKind = 'faithful'): Verdict {
  return verdict(assessOutput(floatRows(from), floatRows(image), { kind, finish: FINISH, borders: BORDERS }));
}

function codesOf({ reasons }: Verdict): readonly ReasonCode[] {
  return reasons.map((reason) => reason.code);
}

function broken(name: string, seed: number): FloatImage {
  const breakOutput = BREAKS[name];
  if (breakOutput === undefined) throw new RangeError(`there is no break "${name}"`);
  return breakOutput(output, BORDERS, seededRandom(seed));
}

describe('verdict', () => {
  test('finds nothing wrong with a faithful image', () => {
    expect(judge(output)).toEqual({ verdict: 'ok', reasons: [] });
  });

  test.each([{ scale: 2 }, { scale: 3 }, { scale: 2.5 }, { scale: 1 }])('… at × $scale', ({ scale }) => {
    const size = { width: Math.round(192 / scale), height: Math.round(192 / scale) };
    expect(judge(output, resizedImage(output, size))).toEqual({ verdict: 'ok', reasons: [] });
  });

  test.each([
    { name: 'dead tile', code: 'dead-tile' },
    { name: 'swapped channels', code: 'swapped-channels' },
    { name: 'shifted colour', code: 'colour-shift' },
    { name: 'visible seam', code: 'seam' },
    { name: 'misplaced tile', code: 'misplaced' },
    { name: 'checkerboard', code: 'checkerboard' },
    { name: 'half-written', code: 'incomplete' },
    { name: 'wrong orientation', code: 'wrong-orientation' },
  ])('reports $code for: $name', ({ name, code }) => {
    for (const seed of [11, 222, 3333]) expect(codesOf(judge(broken(name, seed)))).toContain(code);
  });

  test('returns the place in pixels of the output', () => {
    const data = output.data.slice();
    for (const channel of [0, 1, 2]) {
      for (let y = 64; y < 128; y++) {
        const start = (channel * 192 + y) * 192 + 64;
        data.fill(0, start, start + 64);
      }
    }
    const { verdict: found, reasons } = judge({ ...output, data });
    expect(found).toBe('failed');
    expect(reasons.find((reason) => reason.code === 'dead-tile')?.places).toEqual([
      { x: 64, y: 64, width: 64, height: 64 },
    ]);
  });

  test('fails an output with NaN samples', () => {
    const data = output.data.slice();
    data[5000] = Number.NaN;
    const found = judge({ ...output, data });
    expect(found.verdict).toBe('failed');
    expect(codesOf(found)).toContain('not-finite');
  });

  test.each([
    { paper: 252, name: 'accepts paper that becomes white', codes: [] },
    { paper: 238, name: 'flags highlights that become white', codes: ['clipping'] },
  ])('$name', ({ paper, codes }) => {
    const onPaper = (image: FloatImage, level: number): FloatImage => ({
      ...image,
      data: image.data.map((sample, index) => (index % image.width < image.width / 2 ? level : sample)),
    });
    const found = judge(onPaper(output, 255), onPaper(input, paper), 'restoring');
    expect(codesOf(found).filter((code) => code === 'clipping')).toEqual(codes);
  });

  test('does not call a tile dead if a restoring network evened out its ground', () => {
    const sound = assessOutput(floatRows(input), floatRows(output), {
      ...{ kind: 'restoring', finish: FINISH, borders: BORDERS },
    });
    const [tile, ...tiles] = sound.consistency.tiles;
    if (tile === undefined) throw new Error('nothing was compared');
    const judgeGround = (referenceInnerDeviation: number): Verdict => {
      const odd = { ...tile, rmse: 41, referenceDeviation: 93, innerDeviation: 0.1, referenceInnerDeviation };
      return verdict({ ...sound, consistency: { ...sound.consistency, tiles: [odd, ...tiles] } });
    };
    expect(codesOf(judgeGround(2))).toEqual(['unlike-input']);
    expect(codesOf(judgeGround(20))).toEqual(['dead-tile']);
  });

  test('does not mistake a thin line that was redrawn for a move', () => {
    const sound = assessOutput(floatRows(input), floatRows(output), {
      ...{ kind: 'restoring', finish: FINISH, borders: BORDERS },
    });
    const [displacement, ...displacements] = sound.consistency.displacements;
    const [tile, ...tiles] = sound.consistency.tiles;
    if (displacement === undefined || tile === undefined) throw new Error('nothing was compared');
    const moved = { ...displacement, y: 0.9, explained: 0.7 };
    const judgeTile = (rmse: number): Verdict => {
      const odd = { ...tile, rmse, referenceDeviation: 40 };
      const consistency = {
        ...sound.consistency,
        displacements: [moved, ...displacements],
        tiles: [odd, ...tiles],
      };
      return verdict({ ...sound, consistency });
    };
    expect(codesOf(judgeTile(5))).not.toContain('misplaced');
    expect(codesOf(judgeTile(20))).toContain('misplaced');
  });

  test('fails an output of another shape', () => {
    expect(codesOf(judge(resizedImage(output, { width: 192, height: 150 })))).toEqual(['wrong-shape']);
  });

  test('flags alpha that does not follow the input', () => {
    const withAlpha = (image: FloatImage, alpha: number): FloatImage => {
      const pixels = image.width * image.height;
      const data = new Float32Array(pixels * 4).fill(alpha, pixels * 3);
      data.set(image.data);
      return { ...image, channels: 4, data };
    };
    expect(codesOf(judge(withAlpha(output, 255), withAlpha(input, 255)))).toEqual([]);
    expect(codesOf(judge(withAlpha(output, 240), withAlpha(input, 255)))).toContain('alpha');
  });

  test.each([
    { width: 1, height: 1 },
    { width: 40, height: 1 },
    { width: 7, height: 90 },
  ])('judges an image of $width × $height', (size) => {
    const large = sceneImage({ width: 4 * size.width, height: 4 * size.height });
    expect(judge(large, resizedImage(large, size)).verdict).toBe('ok');
  });

  test('judges a grey input and its coloured output', () => {
    const grey = { ...input, channels: 1, data: input.data.slice(0, 48 * 48) };
    const pixels = 192 * 192;
    const data = new Float32Array(pixels * 3);
    for (const channel of [0, 1, 2]) data.set(output.data.subarray(0, pixels), channel * pixels);
    expect(judge({ ...output, data }, grey)).toEqual({ verdict: 'ok', reasons: [] });
  });
});
