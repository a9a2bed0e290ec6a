import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { BatchSpec } from '../../../core/api/batchSpec.ts';
import { enlargeImage } from '../../../core/worker/enlargeImage.ts';
import { batchRequest } from '../../support/batchRequest.ts';
import type { Perform } from '../../support/launchers.ts';
import { openTestHost, type TestHost, type TestHostOptions } from '../../support/hostParts.ts';
import { sceneRaster, writePng } from '../../support/images.ts';

export function imagesIn(folder: string, names: readonly string[]): string[] {
  return names.map((name) => writePng(path.join(folder, name), sceneRaster(6, 4)));
}

export function specFor(
  sources: readonly string[],
  output: string,
  change: Partial<BatchSpec> = {},
): BatchSpec {
  return batchRequest(sources, output, change).spec;
}

export async function hostIn(folder: string, options?: TestHostOptions): Promise<TestHost> {
  const opened = await openTestHost(path.join(folder, 'data'), options);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await opened.close();
    isClosed = true;
  };
  onTestFinished(close);
  return { ...opened, close };
}

/** Work that waits until it is allowed to continue. */
export function gate(): {
  readonly perform: Perform;
  readonly open: () => void;
  readonly begun: () => number;
} {
  let begun = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const perform: Perform = async (job, tools, hooks) => {
    begun++;
    const aborted = new Promise<void>((resolve) => {
      hooks.signal.addEventListener('abort', () => {
        resolve();
      });
    });
    await Promise.race([opened, aborted]);
    return enlargeImage(job, tools, hooks);
  };
  return { perform, open, begun: () => begun };
}

export const FIRST_PAGE = { offset: 0, limit: 100 } as const;

export async function untilIdle({ host }: TestHost): Promise<void> {
  await expect.poll(async () => (await host.api.getQueue({})).state.kind).toBe('idle');
}
