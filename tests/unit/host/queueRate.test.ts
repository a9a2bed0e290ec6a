import { describe, expect, test } from 'vitest';
import { QueueRate } from '../../../core/host/queue/queueRate.ts';

const SECOND = 1_000;

/** Simulates results that finish one after another from the time `from` on, at one second per megapixel. */
function work(rate: QueueRate, from: number, megapixels: readonly number[]): number {
  let now = from;
  for (const [index, each] of megapixels.entries()) {
    rate.start(from + index, now);
    now += each * SECOND;
    rate.end(from + index, { megapixels: each, device: 'CPU' }, now);
  }
  return now;
}

describe('the pace of a queue', () => {
  test('is unknown before the first result', () => {
    const rate = new QueueRate();
    rate.start(1, 0);
    rate.end(1, undefined, 5 * SECOND);
    expect(rate.megapixelsPerSecond()).toBe(0);
    expect(rate.remainingMs({ images: 3, sizedImages: 0, sizedMegapixels: 0 })).toBeUndefined();
  });

  test('does not count the time between two batches', () => {
    const rate = new QueueRate();
    const later = work(rate, 0, [1]) + 50 * SECOND;
    work(rate, later, [1]);
    expect(rate.megapixelsPerSecond()).toBe(1);
  });

  test('does not count a pause, even in the middle of an image', () => {
    const rate = new QueueRate();
    rate.start(1, 0);
    rate.setPaused(true, SECOND);
    rate.setPaused(false, 41 * SECOND);
    rate.end(1, { megapixels: 2, device: 'CPU' }, 42 * SECOND);
    expect(rate.megapixelsPerSecond()).toBe(1);
  });

  test('counts the time of overlapping images only once', () => {
    const rate = new QueueRate();
    rate.start(1, 0);
    rate.start(2, 0);
    rate.end(1, { megapixels: 2, device: 'CPU' }, 2 * SECOND);
    rate.end(2, { megapixels: 2, device: 'CPU' }, 2 * SECOND);
    expect(rate.megapixelsPerSecond()).toBe(2);
  });

  test.each([
    { name: 'one large image', open: { images: 1, sizedImages: 1, sizedMegapixels: 100 }, seconds: 100 },
    { name: 'images of unknown size', open: { images: 5, sizedImages: 0, sizedMegapixels: 0 }, seconds: 5 },
    { name: 'some of each', open: { images: 3, sizedImages: 2, sizedMegapixels: 2 }, seconds: 3 },
    { name: 'nothing', open: { images: 0, sizedImages: 0, sizedMegapixels: 0 }, seconds: 0 },
  ])('estimates the time for $name from megapixels', ({ open, seconds }) => {
    const rate = new QueueRate();
    work(rate, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(rate.remainingMs(open)).toBe(seconds * SECOND);
  });
});
