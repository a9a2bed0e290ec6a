import path from 'node:path';
import type { NewJob } from '../../core/store/jobTable.ts';
import { STORE_FILE } from '../../core/store/openStore.ts';
import { SqlConnection } from '../../core/store/sqlConnection.ts';
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
      ...{ input, source: input, name, format: 'png', state: { kind: 'queued' } },
      target: path.join(folder, 'out', box, name),
    };
  }
}

/** Adds a batch as long as an archive; its files do not exist. @returns Its number. */
export function addLongBatch(store: Store, folder: string, count: number): number {
  const { spec, modelsFolder } = batchRequest([path.join(folder, 'in')], path.join(folder, 'out'));
  const batch = { origin: 'window', spec, modelsFolder, failFast: false, isSuspended: true } as const;
  return store.addBatch(batch, 0, archive(folder, count));
}

/** Marks a share of a closed list as done, as months of work leave it. */
export function markDone(dataFolder: string, share: number): void {
  const sql = new SqlConnection(path.join(dataFolder, STORE_FILE));
  const detail = JSON.stringify({
    ...{ outputPath: '/scans/out/page.png', outputSize: { width: 4800, height: 6400 }, outputBytes: 9e6 },
    ...{ elapsedMs: 21_000, device: 'cpu', machine: 'studio-2', repairedTiles: 0, warnings: [] },
  });
  const count = '(SELECT max(id) FROM jobs)';
  sql.run(
    `UPDATE jobs SET state = 'done', detail = ?, attempts = 1, input_width = 1200, input_height = 1600,
       target_width = 4800, target_height = 6400 WHERE id <= ${count} * ?`,
    ...[detail, share],
  );
  sql.close();
}
