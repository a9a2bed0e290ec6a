import type { JobView } from '../../core/api/views.ts';
import type { App } from '../state/app.svelte.ts';

/** Maximum number of files that the desktop passes on at once. */
const MAX_DRAGGED = 1_000;

/** Lets finished rows be dragged into other programs. */
export class ResultDrag {
  readonly #app: App;
  /** The browser needs these immediately when a drag begins, so they are requested on pressing the button. */
  #prepared: { readonly jobId: number; readonly url: string; readonly fileName: string } | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  /** The mouse button went down on a row. */
  async prepare({ id: jobId, state }: JobView): Promise<void> {
    const { connection } = this.#app;
    if (state.kind !== 'done' || connection.desktop !== undefined || this.#prepared?.jobId === jobId) return;
    this.#prepared = undefined;
    try {
      const { media, fileName } = await connection.api.downloadResult({ jobId });
      this.#prepared = { jobId, url: new URL(connection.mediaUrl(media), document.baseURI).href, fileName };
    } catch {
      // Nothing can be dragged; the problem with the result is shown when it is opened or downloaded.
    }
  }

  /** The pointer moved: the system, or the browser, continues the drag with the files. */
  begin(event: DragEvent, job: JobView): void {
    const { connection, notices } = this.#app;
    const { desktop } = connection;
    if (desktop !== undefined) {
      event.preventDefault();
      void notices.attempt(() => desktop.dragResults(this.#resultsWith(job)));
      return;
    }
    const prepared = this.#prepared;
    if (prepared?.jobId !== job.id || event.dataTransfer === null) {
      event.preventDefault();
      return;
    }
    const { url, fileName } = prepared;
    event.dataTransfer.effectAllowed = 'copy';
    event.dataTransfer.setData(
      'DownloadURL',
      `application/octet-stream:${fileName.replaceAll(':', ' ')}:${url}`,
    );
    event.dataTransfer.setData('text/uri-list', url);
  }

  /** A selected row is dragged with the other selected ones that are done. */
  #resultsWith({ id }: JobView): readonly number[] {
    const { jobs, selection } = this.#app;
    if (!selection.has(id)) return [id];
    const done = jobs.loadedJobs(selection.ids).filter(({ state }) => state.kind === 'done');
    return done.map((job) => job.id).slice(0, MAX_DRAGGED);
  }
}
