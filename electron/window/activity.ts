import { Notification, powerSaveBlocker } from 'electron';
import type { ProgramSettings } from '../../core/api/programSettings.ts';
import type { BatchView, QueueView } from '../../core/api/views.ts';
import { FinishedBatches } from './finishedBatches.ts';
import type { MainWindow } from './mainWindow.ts';
import { RunProgress } from './runProgress.ts';
import type { ShellTexts } from '../texts.ts';

export interface ActivityOptions {
  readonly window: MainWindow;
  readonly settings: () => ProgramSettings;
  readonly texts: () => ShellTexts;
}

/** Shows on the desktop what is happening: progress on the taskbar, a notification at the end; keeps the machine awake. */
export class Activity {
  readonly #options: ActivityOptions;
  readonly #progress = new RunProgress();
  readonly #finished = new FinishedBatches();
  #awakeBlocker: number | undefined;

  constructor(options: ActivityOptions) {
    this.#options = options;
  }

  showQueue({ state, counts }: QueueView): void {
    const share = this.#progress.update(state.kind !== 'idle', counts);
    const mode = state.kind === 'running' ? 'normal' : 'paused';
    this.#options.window.current?.setProgressBar(share ?? -1, { mode: share === undefined ? 'none' : mode });
    this.#keepAwake(state.kind === 'running' && this.#options.settings().keepAwake);
  }

  /** Notifies the user of finished batches, unless the window has the focus. */
  showBatches(batches: readonly BatchView[]): void {
    const finished = this.#finished.update(batches);
    const { window, settings, texts } = this.#options;
    if (finished.length === 0 || window.hasFocus || !settings().notifications) return;
    const t = texts();
    for (const {
      counts: { done, failed },
    } of finished) {
      const notification = new Notification({
        title: t('shell.batchDone'),
        body: t(failed === 0 ? 'shell.batchDone.body' : 'shell.batchDone.failed', { count: done, failed }),
      });
      notification.on('click', () => {
        window.show();
      });
      notification.show();
    }
  }

  end(): void {
    this.#keepAwake(false);
  }

  #keepAwake(isWanted: boolean): void {
    if (isWanted && this.#awakeBlocker === undefined) {
      this.#awakeBlocker = powerSaveBlocker.start('prevent-app-suspension');
    } else if (!isWanted && this.#awakeBlocker !== undefined) {
      powerSaveBlocker.stop(this.#awakeBlocker);
      this.#awakeBlocker = undefined;
    }
  }
}
