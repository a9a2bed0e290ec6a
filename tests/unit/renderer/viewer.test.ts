import { describe, expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { COMPARE_MODES, Viewer } from '../../../renderer/state/viewer/viewer.svelte.ts';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { standInConnection } from './standInConnection.ts';

async function finishedJob() {
  const { host, connection } = standInConnection();
  const { batch } = new BatchOptions(connection.info.capabilities);
  const spec = { ...batch, sources: [{ kind: 'path' as const, path: 'a-100x80.png' }] };
  await host.api.addBatch({ spec, startNow: true });
  for (let tick = 0; tick < 20; tick++) host.tick();
  const [job] = (await host.api.listJobs({ offset: 0, limit: 1 })).jobs;
  if (job === undefined) throw new Error('There is no job.');
  return { host, job };
}

describe('the viewer', () => {
  test('shows a result whose original has moved', async () => {
    const { host, job } = await finishedJob();
    const openImage: typeof host.api.openImage = (input) =>
      input.which === 'source'
        ? Promise.reject(new EnlargerError('input/not-found', 'moved'))
        : host.api.openImage(input);
    const viewer = new Viewer({ ...host.api, openImage });
    await viewer.open(job);
    expect({
      result: viewer.result?.size,
      isOriginalMissing: viewer.isOriginalMissing,
      mode: viewer.mode,
      error: viewer.error,
    }).toEqual({
      result: { width: 400, height: 320 },
      isOriginalMissing: true,
      mode: 'result',
      error: undefined,
    });
  });

  test('a waiting original is shown at the size of its result, so that nothing jumps when the result arrives', async () => {
    const { host, job } = await finishedJob();
    const viewer = new Viewer(host.api);
    viewer.resize({ width: 800, height: 640 });
    const { targetSize: _, ...unread } = { ...job, state: { kind: 'queued' } as const };
    await viewer.open(unread);
    await viewer.open({ ...unread, targetSize: { width: 400, height: 320 } });
    const { imageSize, viewport } = viewer;
    expect(viewer.isFitted).toBe(true);
    expect(imageSize).toEqual({ width: 400, height: 320 });
    await viewer.open(job);
    expect({ imageSize: viewer.imageSize, viewport: viewer.viewport }).toEqual({ imageSize, viewport });
  });

  test('an image that fits still fits in another comparison mode', async () => {
    const { host, job } = await finishedJob();
    const viewer = new Viewer(host.api);
    viewer.resize({ width: 400, height: 300 });
    await viewer.open(job);
    for (const mode of COMPARE_MODES) {
      viewer.mode = mode;
      expect({ mode: viewer.mode, isFitted: viewer.isFitted }).toEqual({ mode, isFitted: true });
    }
    viewer.zoomAt(3);
    const { zoom } = viewer.viewport;
    viewer.mode = 'side-by-side';
    expect(viewer.viewport.zoom).toBe(zoom);
  });

  test('names the error if the result itself is gone', async () => {
    const { host, job } = await finishedJob();
    const openImage = () => Promise.reject(new EnlargerError('media/not-found', 'gone'));
    const viewer = new Viewer({ ...host.api, openImage });
    await viewer.open(job);
    expect(viewer.error?.code).toBe('media/not-found');
  });
});
