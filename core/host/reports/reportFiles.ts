import { EnlargerError, toErrorDto } from '../../api/errors.ts';
import { Sequencer } from '../../api/sequencer.ts';
import { renderReport } from '../../report/renderReport.ts';
import { hashFile } from '../../files/hashFile.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import {
  batchReportParts,
  isNotNow,
  type MakeImages,
  type ReportedJobs,
  type ReportParts,
} from './batchReportParts.ts';
import type { HostParts } from '../hostParts.ts';
import { reportLanguage } from './reportLanguage.ts';
import { reportPlaces, type ReportPlace } from './reportPlaces.ts';
import { ownReportPath, writeReport } from './writeReport.ts';

/** A watched folder's report covers this many of its newest results, as it is rewritten whenever the folder is idle. */
const NEWEST_OF_WATCHED = 500;

/** That report waits until the folder has been quiet for so long: images often come one after the other. */
const QUIET_MS = 60_000;

/** What is written at one place, and the batches that it is about. */
interface DueReport {
  readonly places: readonly ReportPlace[];
  readonly batches: readonly StoredBatch[];
}

/**
 * Writes the report files that batches ask for, when they have ended. The store records which are due, so that a
 * crash in between loses none. They are written one after the other, while the queue works.
 */
export class ReportFiles {
  readonly #parts: ReportParts & Pick<HostParts, 'log' | 'settings'>;
  readonly #writing = new Sequencer();
  #later: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: ReportParts & Pick<HostParts, 'log' | 'settings'>) {
    const makeImages: MakeImages = async (...image) => {
      if (this.#isClosed)
        throw new EnlargerError('job/cancelled', 'The program ends; the report is written later.');
      return parts.makeImages(...image);
    };
    this.#parts = { ...parts, makeImages };
  }

  /** Looks for batches whose reports are due; to be called when one has ended. @returns When those are written. */
  wake(): Promise<void> {
    return this.#writing.run(() => this.#writeDue());
  }

  /** Abandons the report that is being written: it stays due, and is written the next time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#later);
    await this.#writing.idle();
  }

  async #writeDue(): Promise<void> {
    const { batches } = this.#parts.store;
    for (const batch of batches.withReportsDue()) {
      if (this.#isClosed) return;
      // Another one may have been written with it.
      if (!batches.areReportsDue(batch.id)) continue;
      const due = this.#dueWith(batch);
      if (due === undefined) continue;
      const isSettled = (await this.#write(due)) && this.#noteWritten(due.batches);
      if (!isSettled) this.#wakeIn(QUIET_MS);
    }
  }

  /** Batches of a watched folder are reported together. @returns Undefined while its folder is not quiet yet. */
  #dueWith(batch: StoredBatch): DueReport | undefined {
    const places = this.#placesOf(batch);
    if (batch.origin !== 'watched-folder') return { places, batches: [batch] };
    const isSame = (other: StoredBatch): boolean =>
      this.#placesOf(other).some((place) => places.some(({ path: known }) => known === place.path));
    const batches = this.#parts.store.batches.ofWatchedFolders().filter(isSame);
    if (batches.length === 0) return { places: [], batches: [batch] };
    const quietSince = Math.max(...batches.map(({ finishedAt = Infinity }) => finishedAt));
    const waitMs = quietSince + QUIET_MS - Date.now();
    if (waitMs === Infinity) return undefined;
    // A time in the future means that the clock was set back, so there is no point in waiting.
    if (waitMs <= 0 || waitMs > QUIET_MS) return { places, batches };
    this.#wakeIn(waitMs);
    return undefined;
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#later);
    if (this.#isClosed) return;
    this.#later = setTimeout(() => {
      void this.wake();
    }, waitMs);
    this.#later.unref();
  }

  #placesOf(batch: StoredBatch): ReportPlace[] {
    return reportPlaces(batch, this.#parts.store.jobs.targetsOf(batch.id));
  }

  /** @returns Whether it is settled: written, or impossible. It is tried again later if the disk was full. */
  async #write({ places, batches }: DueReport): Promise<boolean> {
    const { store, log } = this.#parts;
    const choice = { batchIds: batches.map(({ id }) => id) };
    const isWatched = batches.some(({ origin }) => origin === 'watched-folder');
    const fromJobId = isWatched ? store.reports.firstOfNewest(choice, NEWEST_OF_WATCHED) : 0;
    if (store.reports.count(choice) + store.reports.countFailures(choice) === 0) return true;
    try {
      for (const place of places) {
        const file = await this.#writeOne(place, { ...choice, fromJobId });
        log.info('Report written', { file });
      }
      return true;
    } catch (error) {
      const { code, message } = toErrorDto(error);
      log.warn('A report could not be written', { batches: choice.batchIds, code, message });
      return !isNotNow(code);
    }
  }

  /** @returns Whether it could be noted: the store's own disk may be full. */
  #noteWritten(batches: readonly StoredBatch[]): boolean {
    try {
      this.#parts.store.batches.noteReportsWritten(batches);
      return true;
    } catch (error) {
      if (error instanceof EnlargerError && isNotNow(error.code)) return false;
      throw error;
    }
  }

  /** @returns Where it is: never in the place of a report that is not of this list, or that was edited since. */
  async #writeOne({ path: wanted, format }: ReportPlace, jobs: ReportedJobs): Promise<string> {
    const { store, settings } = this.#parts;
    const isOwn = async (file: string): Promise<boolean> =>
      store.fact(`report ${file}`) === (await hashFile(file));
    const file = await ownReportPath(wanted, format, isOwn);
    const language = reportLanguage(settings.current.language);
    await writeReport(file, format, renderReport(batchReportParts(this.#parts, jobs), format, language));
    store.noteFact(`report ${file}`, await hashFile(file));
    return file;
  }
}
