import path from 'node:path';
import type { NewJob } from '../../core/store/jobTable.ts';
import type { Store } from '../../core/store/store.ts';
import { batchRequest } from './batchRequest.ts';

/** Images in each folder of the archive. */
const PER_FOLDER = 1_000;

function* archive(folder: string, count: number): Generator<NewJob> {
  for (let index = 0; index < count; index++) {
    const box = `box-${String(Math.floor(index / PER_FOLDER)).padStart(5, '0')}`;
    const name = `page-${String(index).padStart(7, '0')}.png`;
    const input = path.join(folder, 'in', box, name);
    yield {
      ...{ input, source: input, name, format: 'png' },
      state: index % 2 === 0 ? { kind: 'queued' } : { kind: 'skipped', reason: 'output-exists' },
      target: path.join(folder, 'out', box, name),
    };
  }
}

/** Adds a batch as long as an archive, of which half has ended; its files do not exist. @returns Its number. */
export function addLongBatch(store: Store, folder: string, count: number): number {
  const { spec, modelsFolder } = batchRequest([path.join(folder, 'in')], path.join(folder, 'out'));
  const batch = { origin: 'window', spec, modelsFolder, failFast: false, isSuspended: true } as const;
  return store.addBatch(batch, 0, archive(folder, count));
}
