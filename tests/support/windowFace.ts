import type { Page } from 'playwright-core';
import type { Size } from '../../core/api/image.ts';
import type { StandInHost } from './standInHost/standInHost.ts';

/** A file that the window saved. */
export interface SavedFile {
  /** The name that was proposed. */
  readonly name: string;
  readonly path: string;
}

/** An open window, with what differs between a browser and the desktop. */
export interface DrivenWindow {
  readonly page: Page;
  /** Everything that went wrong in the page: errors, refused content, failed requests. */
  readonly complaints: readonly string[];
  /** Presses what asks for files, and answers with these. */
  chooseFiles(press: () => Promise<unknown>, files: readonly string[]): Promise<void>;
  /** Presses what saves a file, and waits until it is there. */
  save(press: () => Promise<unknown>): Promise<SavedFile>;
}

/** The window with a stand-in host behind it, whose work proceeds only when the test lets it. */
export interface StandInWindow extends DrivenWindow, AsyncDisposable {
  readonly host: StandInHost;
  /** Does this many ticks of work, one after the other. */
  readonly work: (ticks: number) => void;
}

export interface WindowOptions {
  readonly colorScheme?: 'dark' | 'light';
  readonly language?: 'en' | 'zh-TW';
  readonly viewport?: Size;
  /** Begins with a running batch of this many images. */
  readonly rows?: number;
}

/** The size of the window where a test does not say otherwise. */
export const USUAL_VIEWPORT: Size = { width: 1440, height: 900 };

/** What shows windows: a browser, or the desktop program, which has one at a time. Whoever starts it closes it. */
export interface WindowFace {
  open(options?: WindowOptions): Promise<StandInWindow>;
  close(): Promise<void>;
}

/** Collects what goes wrong in a page. @returns The list, which grows, and a function that ends that. */
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
