import { describe, expect, test } from 'vitest';
import {
  clamped,
  fitted,
  lookingAt,
  toImage,
  toView,
  zoomedAt,
} from '../../../renderer/state/viewer/viewport.ts';

const image = { width: 4000, height: 2000 };
const view = { width: 800, height: 600 };

describe('the viewport', () => {
  test('fits the whole image, and does not magnify a small one', () => {
    expect(fitted(image, view)).toEqual({ centre: { x: 2000, y: 1000 }, zoom: 0.2 });
    expect(fitted({ width: 40, height: 20 }, view).zoom).toBe(1);
  });

  test('toView and toImage are inverses', () => {
    const viewport = { centre: { x: 1234, y: 777 }, zoom: 0.73 };
    const there = toView(viewport, { x: 901, y: 345 }, view);
    const back = toImage(viewport, there, view);
    expect(back.x).toBeCloseTo(901, 9);
    expect(back.y).toBeCloseTo(345, 9);
  });

  test('zooming keeps the pixel under the pointer in place', () => {
    const before = fitted(image, view);
    const at = { x: 130, y: 410 };
    const under = toImage(before, at, view);
    const after = toImage(zoomedAt(before, 3.7, at, view), at, view);
    expect(after.x).toBeCloseTo(under.x, 9);
    expect(after.y).toBeCloseTo(under.y, 9);
  });

  test.each([
    { what: 'beyond the left edge', centre: { x: -500, y: 1000 }, zoom: 1, expected: { x: 400, y: 1000 } },
    {
      what: 'beyond the lower right corner',
      centre: { x: 9e9, y: 9e9 },
      zoom: 1,
      expected: { x: 3600, y: 1700 },
    },
    {
      what: 'so far away that the image is narrower',
      centre: { x: 0, y: 0 },
      zoom: 0.01,
      expected: { x: 2000, y: 1000 },
    },
  ])('a view $what is brought back', ({ centre, zoom, expected }) => {
    expect(clamped({ centre, zoom }, image, view).centre).toEqual(expected);
  });

  test('looking at an area shows all of it, with a margin', () => {
    const place = { x: 100, y: 50, width: 200, height: 100 };
    const viewport = lookingAt(place, view);
    const from = toView(viewport, place, view);
    const to = toView(viewport, { x: 300, y: 150 }, view);
    expect(from.x).toBeGreaterThan(0);
    expect(from.y).toBeGreaterThan(0);
    expect(to.x).toBeLessThan(view.width);
    expect(to.y).toBeLessThan(view.height);
  });
});
