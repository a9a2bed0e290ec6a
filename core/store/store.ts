import { z } from 'zod';
import { BatchTable, type NewBatch } from './batchTable.ts';
import { JobTable, type NewJob } from './jobTable.ts';
import { JobTransitions } from './jobTransitions.ts';
import { PresetTable } from './presetTable.ts';
import { ReportTable } from './reportTable.ts';
import { ResultTable } from './resultTable.ts';
import { ScoreTable } from './scoreTable.ts';
import type { SqlConnection, UnreadableRow } from './sqlConnection.ts';
import { AcceptedFileTable } from './acceptedFileTable.ts';
import { WatchedFolderTable } from './watchedFolderTable.ts';

/** The store's name in a data folder. */
export const STORE_FILE = 'enlarger.db';

/**
 * Facts about the program that the store keeps, by name: the cost of work on this machine, its id for other machines,
 * the mount points of output volumes, and the hash of the report that was written to a path.
 */
export type FactName = 'queue-state' | 'machine-rates' | 'coordinator' | 'output-mounts' | `report ${string}`;

/** Jobs, results, presets and watched folders; one process owns it. */
export class Store {
  readonly #sql: SqlConnection;
  readonly #close: () => void;
  readonly batches: BatchTable;
  readonly jobs: JobTable;
  readonly transitions: JobTransitions;
  readonly results: ResultTable;
  readonly scores: ScoreTable;
  readonly reports: ReportTable;
  readonly presets: PresetTable;
  readonly watchedFolders: WatchedFolderTable;
  readonly acceptedFiles: AcceptedFileTable;

  /** @param close Closes the connection; by default it is just closed. */
  constructor(sql: SqlConnection, close: () => void = () => sql.close()) {
    this.#sql = sql;
    this.#close = close;
    this.batches = new BatchTable(sql);
    this.jobs = new JobTable(sql);
    this.transitions = new JobTransitions(sql);
    this.results = new ResultTable(sql);
    this.scores = new ScoreTable(sql);
    this.reports = new ReportTable(sql);
    this.presets = new PresetTable(sql);
    this.watchedFolders = new WatchedFolderTable(sql);
    this.acceptedFiles = new AcceptedFileTable(sql);
  }

  /** Several changes that belong together: all or none. */
  transaction<Result>(work: () => Result): Result {
    return this.#sql.transaction(work);
  }

  /** Several changes that belong together, and that the next start repeats if a power cut undoes them. */
  transactionWithoutSync<Result>(work: () => Result): Result {
    return this.#sql.transactionWithoutSync(work);
  }

  /**
   * Adds a batch with its inputs, in one piece.
   *
   * @param alongside Other changes in the same transaction.
   * @returns Its number.
   */
  addBatch(
    batch: NewBatch,
    priority: number,
    jobs: Iterable<NewJob>,
    alongside: (batchId: number) => void = () => undefined,
  ): number {
    return this.transaction(() => {
      const batchId = this.batches.add(batch);
      this.jobs.add(batchId, priority, jobs);
      this.batches.settle(batchId);
      alongside(batchId);
      return batchId;
    });
  }

  fact(name: FactName): string | undefined {
    return this.#sql.one(z.object({ value: z.string() }), 'SELECT value FROM facts WHERE name = ?', name)
      ?.value;
  }

  noteFact(name: FactName, value: string): void {
    this.#sql.run('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)', name, value);
  }

  /** Whether anything was changed since it was opened. */
  hasChanged(): boolean {
    return this.#sql.hasChanged();
  }

  /** Writes a self-contained copy; the file must not exist. */
  copyTo(file: string): void {
    this.#sql.script(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  }

  /** Calls back for each row that cannot be read; queries leave it out. */
  onUnreadable(listener: (row: UnreadableRow) => void): void {
    this.#sql.onUnreadable = listener;
  }

  /** Releases the store for another process. */
  close(): void {
    this.#close();
  }
}
