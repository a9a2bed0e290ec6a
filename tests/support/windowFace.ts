import type { Page } from 'playwright-core';
import type { Size } from '../../core/api/image.ts';
import type { StandInHost } from './standInHost/standInHost.ts';

/** A file that the window saved. */
export interface SavedFile {
  /** The name that was proposed. */
  readonly name: string;
  readonly path: string;
}

/** An open window, with the actions that differ between a browser and the desktop. */
export interface DrivenWindow {
  readonly page: Page;
  /** Everything that went wrong in the page: errors, refused content, failed requests. */
  readonly complaints: readonly string[];
  /** Presses a control that requests files, and selects these. */
  chooseFiles(press: () => Promise<unknown>, files: readonly string[]): Promise<void>;
  /** Presses a control that saves a file, and waits for that file. */
  save(press: () => Promise<unknown>): Promise<SavedFile>;
}

/** The window with a stand-in host behind it, whose work proceeds only when the test lets it. */
export interface StandInWindow extends DrivenWindow, AsyncDisposable {
  readonly host: StandInHost;
  /** Advances the work by this many ticks, one after the other. */
  readonly work: (ticks: number) => void;
}

export interface WindowOptions {
  readonly colorScheme?: 'dark' | 'light';
  readonly language?: 'en' | 'zh-TW';
  readonly viewport?: Size;
  /** Begins with a running batch of this many images. */
  readonly rows?: number;
}

/** The default size of the window in tests. */
export const USUAL_VIEWPORT: Size = { width: 1440, height: 900 };

/** Shows windows: a browser, or the desktop program, which has one at a time. Whoever starts it closes it. */
export interface WindowFace {
  open(options?: WindowOptions): Promise<StandInWindow>;
  close(): Promise<void>;
}

/** Collects the errors of a page. @returns The list, which grows, and a function that ends that. */
export function collectComplaints(page: Page): readonly [readonly string[], () => void] {
  const complaints: string[] = [];
  const onConsole = (message: { type(): string; text(): string }): void => {
    if (message.type() === 'error') complaints.push(message.text());
  };
  const onError = (error: Error): void => {
    complaints.push(error.stack ?? error.message);
  };
  page.on('console', onConsole).on('pageerror', onError);
  return [
    complaints,
    () => {
      page.off('console', onConsole).off('pageerror', onError);
    },
  ];
}
