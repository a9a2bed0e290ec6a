import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { Preview, visibleCrop } from '../../../renderer/state/viewer/preview.svelte.ts';
import { toImage } from '../../../renderer/state/viewer/viewport.ts';
import { standInConnection } from './standInConnection.ts';

const subject = {
  source: { kind: 'path' as const, path: 'a-1000x800.jpg' },
  size: { width: 1000, height: 800 },
  settings: { ...DEFAULT_JOB_SETTINGS, sizing: { kind: 'factor' as const, factor: 4 } },
};
const view = { width: 400, height: 200 };

describe('the preview', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    { what: 'the middle', centre: { x: 2000, y: 1600 }, x: 450, y: 375 },
    { what: 'the upper left corner', centre: { x: 200, y: 100 }, x: 0, y: 0 },
    { what: 'the lower right corner', centre: { x: 3800, y: 3100 }, x: 900, y: 750 },
  ])('at $what and actual size, the crop fills the view', ({ centre, x, y }) => {
    expect(visibleCrop(subject, { centre, zoom: 1 }, view)).toEqual({ x, y, width: 100, height: 50 });
  });

  test('zoomed out the crop is larger, and stays inside the image', () => {
    const viewport = { centre: { x: 100, y: 1600 }, zoom: 0.5 };
    expect(visibleCrop(subject, viewport, view)).toEqual({ x: 0, y: 350, width: 125, height: 100 });
  });

  test('an image that can be enlarged at once is shown completely, a larger one at actual size', () => {
    const { host } = standInConnection();
    const preview = new Preview(host.api);
    preview.resize(view, 1);
    preview.look({ ...subject, size: { width: 100, height: 80 } });
    expect({ isFitted: preview.isFitted, crop: preview.crop }).toEqual({
      isFitted: true,
      crop: { x: 0, y: 0, width: 100, height: 80 },
    });
    preview.look(subject);
    expect({ zoom: preview.viewport.zoom, isTooMuch: preview.isTooMuch }).toEqual({
      zoom: 1,
      isTooMuch: false,
    });
    preview.fit();
    expect(preview.isTooMuch).toBe(true);
  });

  test('the wheel zooms at the cursor: the pixel under it stays where it is', () => {
    const { host } = standInConnection();
    const preview = new Preview(host.api);
    preview.resize(view, 1);
    preview.look(subject);
    const at = { x: 100, y: 50 };
    const before = toImage(preview.viewport, at, view);
    preview.zoomAt(2, at);
    expect(toImage(preview.viewport, at, view)).toEqual(before);
  });

  test('another size keeps the same part of the image in view', () => {
    const { host } = standInConnection();
    const preview = new Preview(host.api);
    preview.resize(view, 1);
    preview.look(subject);
    preview.moveTo(0.25, 0.25);
    const { crop } = preview;
    preview.look({ ...subject, settings: { ...subject.settings, sizing: { kind: 'factor', factor: 2 } } });
    expect(preview.crop).toEqual(crop);
  });

  test('an image smaller than the view is shown completely', () => {
    const small = { ...subject, size: { width: 30, height: 40 } };
    expect(visibleCrop(small, { centre: { x: 60, y: 80 }, zoom: 1 }, view)).toEqual({
      x: 0,
      y: 0,
      width: 30,
      height: 40,
    });
  });

  test('dragging the crop makes one request, for its final place', async () => {
    const { host } = standInConnection();
    const previewCrop = vi.fn(host.api.previewCrop);
    const preview = new Preview({ ...host.api, previewCrop });
    preview.resize(view, 1);
    preview.look(subject);
    for (let step = 0; step < 20; step++) preview.panBy(-40, 0);
    await vi.runAllTimersAsync();
    expect(previewCrop).toHaveBeenCalledTimes(1);
    expect(preview.shown?.preview.enlarged).toBe('a-1000x800.jpg@650,375');
    expect(preview.isAsking).toBe(false);
  });

  test('the same crop again makes no request', async () => {
    const { host } = standInConnection();
    const previewCrop = vi.fn(host.api.previewCrop);
    const preview = new Preview({ ...host.api, previewCrop });
    preview.look(subject);
    await vi.runAllTimersAsync();
    preview.look(structuredClone(subject));
    await vi.runAllTimersAsync();
    expect(previewCrop).toHaveBeenCalledTimes(1);
  });

  test('a late answer to an older request is dropped', async () => {
    const { host } = standInConnection();
    const answers: ((name: string) => void)[] = [];
    const previewCrop = () =>
      new Promise<Awaited<ReturnType<typeof host.api.previewCrop>>>((resolve) => {
        answers.push((enlarged) =>
          resolve({
            enlarged,
            bicubic: '',
            size: view,
            model: 'fast',
            device: 'd',
            elapsedMs: 1,
            estimateMs: 1,
          }),
        );
      });
    const preview = new Preview({ ...host.api, previewCrop });
    preview.look(subject);
    await vi.runAllTimersAsync();
    preview.moveTo(0, 0);
    await vi.runAllTimersAsync();
    answers[1]?.('new');
    answers[0]?.('old');
    await vi.runAllTimersAsync();
    expect(preview.shown?.preview.enlarged).toBe('new');
  });

  test('when another window’s request came between, it is requested again', async () => {
    const { host } = standInConnection();
    let calls = 0;
    const previewCrop: typeof host.api.previewCrop = (input) =>
      ++calls === 1
        ? Promise.reject(new EnlargerError('job/cancelled', 'A newer request took its place.'))
        : host.api.previewCrop(input);
    const preview = new Preview({ ...host.api, previewCrop });
    preview.look(subject);
    await vi.runAllTimersAsync();
    expect({ calls, isShown: preview.shown !== undefined, isAsking: preview.isAsking }).toEqual({
      calls: 2,
      isShown: true,
      isAsking: false,
    });
  });

  test('a failure is shown in place of the preview, until the next answer', async () => {
    const { host } = standInConnection();
    const previewCrop: typeof host.api.previewCrop = (input) =>
      JSON.stringify(input.source).includes('gone')
        ? Promise.reject(new EnlargerError('input/not-found', 'gone'))
        : host.api.previewCrop(input);
    const preview = new Preview({ ...host.api, previewCrop });
    preview.look({ ...subject, source: { kind: 'path', path: 'gone' } });
    await vi.runAllTimersAsync();
    expect(preview.error?.code).toBe('input/not-found');
    preview.look(subject);
    await vi.runAllTimersAsync();
    expect({ error: preview.error, isShown: preview.shown !== undefined }).toEqual({
      error: undefined,
      isShown: true,
    });
  });
});
