import { toErrorDto, type ErrorDto } from '../../api/errors.ts';
import { Sequencer } from '../../api/sequencer.ts';
import { hashFile } from '../../files/hashFile.ts';
import type { FinishedFile } from '../../store/acceptedFileTable.ts';
import type { StoredResult } from '../../store/resultTable.ts';
import type { Store } from '../../store/store.ts';
import { moveOriginal } from '../../watch/moveOriginal.ts';
import { isWholeResult } from '../queue/knownResult.ts';
import { sweepLeftovers } from '../queue/leftovers.ts';

export interface MoverOptions {
  readonly folderId: number;
  /** Of the current request; see `AcceptedFileTable.add`. */
  readonly requestHash: string;
  readonly toFolder: string;
  readonly runId: string;
  /** Called for each original that stays although its job has ended, once for each reason. */
  readonly report: (name: string, error: ErrorDto) => void;
}

/** Moves originals of a watched folder away: only one whose own content has a complete result, and never twice. */
export class OriginalMover {
  readonly #store: Store;
  readonly #options: MoverOptions;
  readonly #reported = new Set<string>();
  readonly #moves = new Sequencer();
  #isClosed = false;

  constructor(store: Store, options: MoverOptions) {
    this.#store = store;
    this.#options = options;
    // Unfinished files of an interrupted move; the next move finds complete ones by itself.
    void this.#moves.run(() => sweepLeftovers(options.toFolder));
  }

  /** Moves the originals that can be moved by now. */
  wake(): void {
    void this.#moves.run(() => this.#moveAll());
  }

  /** Resolves when all originals that can be moved by now are moved. */
  idle(): Promise<void> {
    return this.#moves.idle();
  }

  /** Resolves when the original under way is moved. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#moves.idle();
  }

  async #moveAll(): Promise<void> {
    const { acceptedFiles } = this.#store;
    const { folderId, requestHash } = this.#options;
    let page = acceptedFiles.finished(folderId, requestHash);
    while (page.length > 0) {
      for (const file of page) {
        if (this.#isClosed) return;
        await this.#move(file);
      }
      page = acceptedFiles.finished(folderId, requestHash, page.at(-1)?.path);
    }
  }

  async #move(file: FinishedFile): Promise<void> {
    const { acceptedFiles } = this.#store;
    const { folderId, toFolder, runId } = this.#options;
    try {
      const result = this.#resultOf(file.jobId);
      // An image that was large enough has no result, and stays.
      if (result === undefined) {
        acceptedFiles.settle(folderId, file.path);
        return;
      }
      if (!(await this.#isMadeOf(file, result))) return;
      const end = await moveOriginal(file, { toFolder, runId, contentHash: result.contentHash });
      // A new file with this name is another image, and may have been accepted by now.
      if (end.kind === 'moved') acceptedFiles.forgetVersion(folderId, file);
      else if (end.path !== undefined) this.#reportRenamed(file, end.path);
    } catch (error) {
      this.#report(file, toErrorDto(error));
    }
  }

  #resultOf(jobId: number): StoredResult | undefined {
    const { results, jobs } = this.#store;
    const state = jobs.get(jobId)?.state;
    if (state?.kind === 'done') return results.get(jobId);
    if (state?.kind !== 'skipped' || state.outputPath === undefined) return undefined;
    return results.atPath(state.outputPath)[0];
  }

  /** Whether a result is complete and was computed from what the file contains now. */
  async #isMadeOf(file: FinishedFile, result: StoredResult): Promise<boolean> {
    const contentHash = await hashFile(file.path).catch(() => undefined);
    if (contentHash === undefined) return false;
    if (contentHash !== result.contentHash) {
      const message = `${file.path} stays: ${result.outputPath} was made from another image.`;
      this.#report(file, { code: 'job/wrong-state', message });
      return false;
    }
    if (await isWholeResult(result)) return true;
    const message = `${file.path} stays: its result ${result.outputPath} was changed or removed.`;
    this.#report(file, { code: 'output/verification-failed', message });
    return false;
  }

  #reportRenamed(file: FinishedFile, newPath: string): void {
    const message = `${file.path} was replaced twice while it was moved; one version is ${newPath} now.`;
    this.#report(file, { code: 'job/wrong-state', message });
  }

  #report(file: FinishedFile, error: ErrorDto): void {
    const key = `${file.path}\n${error.code}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#options.report(file.relativePath, error);
  }
}
