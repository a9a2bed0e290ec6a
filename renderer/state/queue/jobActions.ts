import type { ReportFormat } from '../../../core/api/batchSpec.ts';
import type { JobView, MediaId } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import type { JobList } from './jobList.svelte.ts';
import type { Notices } from '../notices.svelte.ts';
import type { Selection } from './selection.svelte.ts';
import type { Language } from '../../../core/api/languages.ts';

/** Saves a file through the browser; the desktop program asks where. */
export type SaveInBrowser = (url: string, fileName: string) => void;

interface Needs {
  readonly connection: Connection;
  readonly jobs: JobList;
  readonly selection: Selection;
  readonly notices: Notices;
  readonly saveInBrowser: SaveInBrowser;
}

/** What a person does to images of the queue. */
export class JobActions {
  readonly #needs: Needs;
  /** Moves go one after the other: each counts from where the one before has left the rows. */
  #lastMove: Promise<unknown> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async cancel(jobIds = this.#chosen()): Promise<void> {
    const { api } = this.#needs.connection;
    if (jobIds.length > 0) await this.#do(() => api.cancelJobs({ jobIds }));
  }

  async retry(jobIds = this.#chosen()): Promise<void> {
    const { api } = this.#needs.connection;
    if (jobIds.length > 0) await this.#do(() => api.retryJobs({ jobIds }));
  }

  /** Failed and cancelled images of what the table shows go back into the queue. */
  async retryAll(): Promise<void> {
    const { connection, jobs } = this.#needs;
    const { batchId } = jobs.query;
    if (batchId !== undefined) {
      await this.#do(() => connection.api.retryJobs({ batchId }));
      return;
    }
    const failed = await this.#needs.notices.attempt(() => jobs.allIds());
    if (failed !== undefined) await this.retry([...failed]);
  }

  async cancelAll(): Promise<void> {
    const { connection, notices } = this.#needs;
    const batches = await notices.attempt(() => connection.api.listBatches({}));
    for (const { id, counts } of batches?.batches ?? []) {
      if (counts.queued + counts.running > 0) {
        await this.#do(() => connection.api.cancelJobs({ batchId: id }));
      }
    }
  }

  async remove(jobIds = this.#chosen()): Promise<void> {
    if (jobIds.length === 0) return;
    const { connection, selection } = this.#needs;
    await this.#do(() => connection.api.removeJobs({ jobIds }));
    selection.clear();
  }

  async removeBatch(batchId: number): Promise<void> {
    await this.#do(() => this.#needs.connection.api.removeJobs({ batchId }));
    this.#needs.selection.clear();
  }

  /** Puts what is chosen before the row above it, or behind the row below it. */
  moveBy(step: -1 | 1): Promise<void> {
    return this.#inTurn(async () => {
      const { jobs } = this.#needs;
      const atHand = jobs.placesAtHand();
      const places = this.#chosen().flatMap((id) => atHand.get(id) ?? []);
      const index = step < 0 ? Math.min(...places) - 1 : Math.max(...places) + 2;
      if (places.length > 0 && index >= 0) await this.#moveBefore(index);
    });
  }

  /** Puts what is chosen, in the order in which it stands, before a row; at the end where there is none. */
  moveTo(index: number): Promise<void> {
    return this.#inTurn(() => this.#moveBefore(index));
  }

  async moveToEnd(): Promise<void> {
    const jobIds = this.#chosen();
    if (jobIds.length > 0) await this.#do(() => this.#needs.connection.api.moveJobs({ jobIds }));
  }

  async moveToFront(): Promise<void> {
    const { connection } = this.#needs;
    const jobIds = this.#chosen();
    const first = await this.#needs.notices.attempt(() =>
      connection.api.listJobs({ states: ['queued'], order: 'queue', offset: 0, limit: 1 }),
    );
    const beforeJobId = first?.jobs[0]?.id;
    if (beforeJobId !== undefined && jobIds.length > 0) {
      await this.#do(() => connection.api.moveJobs({ jobIds, beforeJobId }));
    }
  }

  /** Opens a result with the system's program. Desktop only. */
  async open(job: JobView): Promise<void> {
    await this.#needs.notices.attempt(async () => this.#needs.connection.desktop?.openResult(job.id));
  }

  /** Shows a result in its folder. Desktop only. */
  async reveal(job: JobView): Promise<void> {
    await this.#needs.notices.attempt(async () => this.#needs.connection.desktop?.revealResult(job.id));
  }

  async download(job: JobView): Promise<void> {
    await this.#needs.notices.attempt(async () => {
      const { media, fileName } = await this.#needs.connection.api.downloadResult({ jobId: job.id });
      await this.#save(media, fileName);
    });
  }

  /** Saves what the measurements say, of a batch or of the chosen images. */
  async exportReport(
    what: { readonly batchId: number } | { readonly jobIds: number[] },
    format: ReportFormat,
    language: Language,
  ): Promise<void> {
    const { connection, notices } = this.#needs;
    await notices.attempt(async () => {
      const { media, fileName } = await connection.api.exportReport({ ...what, format, language });
      if (await this.#save(media, fileName)) notices.say('notice.exported', { name: fileName });
    });
  }

  /** @returns Whether it was saved, or given to the browser to save. */
  async #save(media: MediaId, fileName: string): Promise<boolean> {
    const { connection, saveInBrowser } = this.#needs;
    if (connection.desktop !== undefined) return connection.desktop.saveFile(media, fileName);
    saveInBrowser(connection.mediaUrl(media), fileName);
    return true;
  }

  #inTurn(move: () => Promise<void>): Promise<void> {
    const mine = this.#lastMove.then(move);
    this.#lastMove = mine.catch(() => undefined); // told where it was asked for
    return mine;
  }

  async #moveBefore(index: number): Promise<void> {
    const { connection, jobs, selection } = this.#needs;
    const jobIds = this.#chosen();
    if (jobIds.length === 0 || jobIds.length >= jobs.total || !jobs.isInOrder) return;
    let [place, target] = [index, await jobs.bringRow(index)];
    while (target !== undefined && selection.has(target.id)) target = await jobs.bringRow(++place);
    if (target === undefined && place < jobs.total) return; // it could not be brought, and the list says why
    const before = target === undefined ? {} : { beforeJobId: target.id };
    await this.#do(() => connection.api.moveJobs({ jobIds, ...before }));
    const first = jobs.placesAtHand().get(jobIds[0] ?? 0);
    if (first !== undefined) selection.follow(first);
  }

  /** In the order in which they stand; those that are not at hand come last. */
  #chosen(): number[] {
    const { jobs, selection } = this.#needs;
    const places = jobs.placesAtHand();
    const placeOf = (id: number): number => places.get(id) ?? Number.MAX_SAFE_INTEGER;
    return [...selection.ids].sort((a, b) => placeOf(a) - placeOf(b));
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    const { jobs, notices } = this.#needs;
    await notices.attempt(work);
    await jobs.refresh();
  }
}
