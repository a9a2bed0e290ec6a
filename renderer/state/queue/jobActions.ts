import type { ReportFormat } from '../../../core/api/batchSpec.ts';
import type { ComparisonArrangement } from '../../../core/api/methodInputs.ts';
import type { JobView, MediaId } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import type { JobList } from './jobList.svelte.ts';
import { Leaving } from './leaving.svelte.ts';
import { UNDO_MS } from '../notices.svelte.ts';
import type { Notices } from '../notices.svelte.ts';
import type { CopyImage, SaveAllInBrowser, SaveInBrowser } from './saving.ts';
import type { Selection } from './selection.svelte.ts';
import type { Language } from '../../../core/api/languages.ts';
import { Sequencer } from '../../../core/api/sequencer.ts';

/** Up to this many images are cancelled without confirmation: cancelling can be undone. */
const MAX_CANCELLED_UNASKED = 20;

/** Maximum number of results that are opened at once. */
const MAX_OPENED = 10;

interface Needs {
  readonly connection: Connection;
  readonly jobs: JobList;
  readonly selection: Selection;
  readonly notices: Notices;
  readonly saveInBrowser: SaveInBrowser;
  readonly saveAllInBrowser: SaveAllInBrowser;
  readonly copyImage: CopyImage;
}

/** A person's actions on images of the queue. */
export class JobActions {
  readonly #needs: Needs;
  readonly #leaving = new Leaving();
  /** Moves are made one after the other: each starts from the order that the previous one left. */
  readonly #moves = new Sequencer();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Cancels jobs; they can be put back into the queue. */
  async cancel(jobIds = this.#chosen()): Promise<void> {
    const { connection, notices } = this.#needs;
    if (jobIds.length === 0) return;
    await this.#do(() => connection.api.cancelJobs({ jobIds }));
    notices.offerUndo('notice.cancelled', { count: jobIds.length }, () => void this.retry(jobIds));
  }

  /** Whether a row is about to be removed. */
  isLeaving(jobId: number): boolean {
    return this.#leaving.has(jobId);
  }

  async retry(jobIds = this.#chosen()): Promise<void> {
    const { api } = this.#needs.connection;
    if (jobIds.length > 0) await this.#do(() => api.retryJobs({ jobIds }));
  }

  /** Puts the failed and cancelled images of the table back into the queue. */
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

  /** Cancels everything that waits; many only after a confirmation. */
  confirmCancelAll(count: number): void {
    const run = (): void => void this.cancelAll();
    if (count <= MAX_CANCELLED_UNASKED) run();
    else this.#needs.notices.ask('question.cancelAll', { count }, { answer: 'question.cancelAll.yes', run });
  }

  async cancelAll(): Promise<void> {
    const { connection, jobs, notices } = this.#needs;
    const waiting = await notices.attempt(() => jobs.waitingIds());
    if (waiting === undefined || waiting.length === 0) return;
    const jobIds = [...waiting];
    await this.#do(() => connection.api.cancelJobs({ jobIds }));
    notices.offerUndo('notice.cancelled', { count: jobIds.length }, () => void this.retry(jobIds));
  }

  /** Removes rows from the list after a delay, during which it can be undone. The next row is selected. */
  async remove(jobIds = this.#chosen()): Promise<void> {
    if (jobIds.length === 0) return;
    const { connection, jobs, notices, selection } = this.#needs;
    const places = jobIds.flatMap((id) => jobs.placesAtHand().get(id) ?? []);
    const undo = this.#leaving.mark(jobIds, UNDO_MS, () => {
      void this.#do(() => connection.api.removeJobs({ jobIds })).then(() => this.#followSelection());
    });
    notices.offerUndo('notice.removed', { count: jobIds.length }, undo);
    const index = Math.max(-1, ...places) + 1;
    const next = await jobs.bringRow(index);
    if (next === undefined) selection.clear();
    else selection.pick(index, next.id);
  }

  /** Removes a batch from the list after a delay, during which it can be undone. */
  async removeBatch(batchId: number): Promise<void> {
    const { connection, jobs, notices } = this.#needs;
    const ids = await notices.attempt(() => jobs.idsOf({ batchId }));
    if (ids === undefined) return;
    const undo = this.#leaving.mark(ids, UNDO_MS, () => {
      void this.#do(() => connection.api.removeJobs({ batchId })).then(() => this.#followSelection());
    });
    notices.offerUndo('notice.removed', { count: ids.length }, undo);
  }

  /** Rows above may be gone: the keyboard focus stays on the selected row. */
  #followSelection(): void {
    const { jobs, selection } = this.#needs;
    const [id] = selection.ids;
    if (selection.count !== 1 || id === undefined) return;
    const place = jobs.placesAtHand().get(id);
    if (place === undefined) selection.clear();
    else selection.follow(place);
  }

  /** Moves the selected rows before the row above them, or after the row below them. */
  moveBy(step: -1 | 1): Promise<void> {
    return this.#moves.run(async () => {
      const { jobs } = this.#needs;
      const atHand = jobs.placesAtHand();
      const places = this.#chosen().flatMap((id) => atHand.get(id) ?? []);
      const index = step < 0 ? Math.min(...places) - 1 : Math.max(...places) + 2;
      if (places.length > 0 && index >= 0) await this.#moveBefore(index);
    });
  }

  /** Moves the selection, in its order, before a row; to the end if there is no such row. */
  moveTo(index: number): Promise<void> {
    return this.#moves.run(() => this.#moveBefore(index));
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

  /** Opens the selected results; a person who selects hundreds gets the first ten. Desktop only. */
  async openChosen(): Promise<void> {
    const { connection, notices } = this.#needs;
    for (const id of this.#chosen().slice(0, MAX_OPENED)) {
      await notices.attempt(async () => connection.desktop?.openResult(id));
    }
  }

  /** Shows the folder of the first selected result. Desktop only. */
  async revealChosen(): Promise<void> {
    const { connection, notices } = this.#needs;
    const [first] = this.#chosen();
    if (first !== undefined) await notices.attempt(async () => connection.desktop?.revealResult(first));
  }

  /** Saves results through the browser: one as it is, several as one ZIP file. */
  async download(jobIds: readonly number[] = this.#chosen()): Promise<void> {
    const { connection, notices, saveAllInBrowser } = this.#needs;
    await notices.attempt(async () => {
      const [only] = jobIds;
      if (jobIds.length === 1 && only !== undefined) {
        const { media, fileName } = await connection.api.downloadResult({ jobId: only });
        await this.#save(media, fileName);
      } else if (jobIds.length > 1) await saveAllInBrowser(this.#resultsOf(jobIds), 'enlarged.zip');
    });
  }

  /** Puts the first selected result into the clipboard, as an image. */
  async copy(): Promise<void> {
    const { connection, copyImage, jobs, notices } = this.#needs;
    const [jobId] = this.#chosen();
    if (jobId === undefined || !jobs.statesOf(new Set([jobId])).has('done')) return;
    await notices.attempt(async () => {
      const { media, fileName } = await connection.api.downloadResult({ jobId });
      await copyImage(connection.mediaUrl(media));
      notices.say('notice.copied', { name: fileName });
    });
  }

  /** Removes ended jobs, except failures, from the list after a delay, during which it can be undone. */
  async clearFinished(): Promise<void> {
    const { jobs, notices } = this.#needs;
    const ids = await notices.attempt(() =>
      jobs.idsOf({ ...jobs.batch, states: ['done', 'skipped', 'cancelled'] }),
    );
    if (ids !== undefined) await this.remove([...ids]);
  }

  /** Saves every result of the list. */
  async downloadAll(): Promise<void> {
    const ids = await this.#doneIds();
    if (ids !== undefined) await this.download(ids);
  }

  /** Opens the folder with the results of the list. Desktop only. */
  async showResults(): Promise<void> {
    const { connection, notices } = this.#needs;
    const first = (await this.#doneIds())?.[0];
    if (first !== undefined) await notices.attempt(async () => connection.desktop?.revealResult(first));
  }

  #doneIds(): Promise<readonly number[] | undefined> {
    const { jobs, notices } = this.#needs;
    return notices.attempt(() => jobs.idsOf({ ...jobs.batch, states: ['done'] }));
  }

  /** The results of images that have one, each fetched in turn. */
  async *#resultsOf(jobIds: readonly number[]): AsyncGenerator<{ url: string; fileName: string }> {
    const { connection } = this.#needs;
    for (const jobId of jobIds) {
      const { state } = await connection.api.getJob({ jobId });
      if (state.kind !== 'done') continue;
      const { media, fileName } = await connection.api.downloadResult({ jobId });
      yield { url: connection.mediaUrl(media), fileName };
    }
  }

  /** Saves the measurements of a batch or of the chosen images. */
  exportReport(
    what: { readonly batchId: number } | { readonly jobIds: number[] },
    format: ReportFormat,
    language: Language,
  ): Promise<void> {
    const { api } = this.#needs.connection;
    return this.#export(() => api.exportReport({ ...what, format, language }));
  }

  /** Saves one image with the original on the left and the result on the right. */
  exportComparison(jobId: number, arrangement: ComparisonArrangement): Promise<void> {
    return this.#export(() => this.#needs.connection.api.exportComparison({ jobId, ...arrangement }));
  }

  async #export(make: () => Promise<{ media: MediaId; fileName: string }>): Promise<void> {
    const { notices } = this.#needs;
    await notices.attempt(async () => {
      const { media, fileName } = await make();
      if (await this.#save(media, fileName)) notices.say('notice.exported', { name: fileName });
    });
  }

  /** @returns Whether it was saved, or passed to the browser for saving. */
  async #save(media: MediaId, fileName: string): Promise<boolean> {
    const { connection, saveInBrowser } = this.#needs;
    if (connection.desktop !== undefined) return connection.desktop.saveFile(media, fileName);
    saveInBrowser(connection.mediaUrl(media), fileName);
    return true;
  }

  async #moveBefore(index: number): Promise<void> {
    const { connection, jobs, selection } = this.#needs;
    const jobIds = this.#chosen();
    if (jobIds.length === 0 || jobIds.length >= jobs.total || !jobs.isInOrder) return;
    let [place, target] = [index, await jobs.bringRow(index)];
    while (target !== undefined && selection.has(target.id)) target = await jobs.bringRow(++place);
    if (target === undefined && place < jobs.total) return; // it could not be loaded, and the list shows why
    const before = target === undefined ? {} : { beforeJobId: target.id };
    await this.#do(() => connection.api.moveJobs({ jobIds, ...before }));
    const first = jobs.placesAtHand().get(jobIds[0] ?? 0);
    if (first !== undefined) selection.follow(first);
  }

  /** In the order of the list; those that are not loaded come last. */
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
