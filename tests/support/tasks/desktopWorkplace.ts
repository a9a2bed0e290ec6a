import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';
import { startDesktop, type DesktopProgram } from '../desktopProgram.ts';
import { answerDialogs } from '../desktopWindow.ts';
import { openScreen, type Screen } from '../screen.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { collectComplaints, USUAL_VIEWPORT, type DrivenWindow } from '../windowFace.ts';
import type { Workplace } from './workplace.ts';

interface Desktop {
  readonly program: DesktopProgram;
  readonly window: DrivenWindow;
}

async function start(screen: Screen, dataFolder: string): Promise<Desktop> {
  const program = await startDesktop({ screen, dataFolder });
  await program.page.setViewportSize(USUAL_VIEWPORT);
  await program.page.waitForSelector('.window');
  const [complaints] = collectComplaints(program.page);
  const window = { page: program.page, complaints, ...answerDialogs(program, dataFolder) };
  return { program, window };
}

/** Shows the results in their folder, and records which folder that is. */
async function shownFolder({ app }: DesktopProgram, press: () => Promise<void>): Promise<string> {
  await app.evaluate(({ shell }) => {
    Reflect.deleteProperty(globalThis, 'shownFile');
    shell.showItemInFolder = (file) => void Reflect.set(globalThis, 'shownFile', file);
  });
  await press();
  const shownFile = (): Promise<string> =>
    app.evaluate(() => String(Reflect.get(globalThis, 'shownFile') ?? ''));
  await vi.waitUntil(async () => (await shownFile()) !== '', { timeout: 10_000 });
  return path.dirname(await shownFile());
}

function readFolder(folder: string): ReadonlyMap<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
}

const button = (page: Page, name: string) => page.getByRole('button', { name });

/** What the system is asked to drag. */
export interface DraggedFiles {
  readonly file: string;
  readonly files: readonly string[];
  readonly hasIcon: boolean;
}

/** Keeps what the window hands to the system, in place of a drag that only a real pointer could end. */
async function watchDrags({ app }: DesktopProgram): Promise<() => Promise<DraggedFiles>> {
  await app.evaluate(({ BrowserWindow }) => {
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      webContents.startDrag = ({ file, files = [], icon }) => {
        const hasIcon = typeof icon !== 'string' && !icon.isEmpty();
        Reflect.set(globalThis, 'dragged', { file, files, hasIcon });
      };
    }
  });
  return async () => {
    const seen = (): Promise<unknown> => app.evaluate((): unknown => Reflect.get(globalThis, 'dragged'));
    await vi.waitUntil(async () => (await seen()) !== undefined, { timeout: 10_000 });
    const dragged = (await seen()) as DraggedFiles;
    await app.evaluate(() => void Reflect.deleteProperty(globalThis, 'dragged'));
    return dragged;
  };
}

export interface DesktopWorkplace extends Workplace {
  /** @returns A function that waits for the next drag out of the window. */
  watchDrags(): Promise<() => Promise<DraggedFiles>>;
}

/** The desktop program on a screen in memory. */
export async function openDesktopWorkplace(): Promise<DesktopWorkplace> {
  const folder = temporaryFolder();
  const photos = path.join(folder, 'Photos');
  mkdirSync(photos);
  const screen = await openScreen();
  const dataFolder = path.join(folder, 'data');
  let desktop = await start(screen, dataFolder);
  return {
    get window() {
      return desktop.window;
    },
    photos,
    nameFolder: (hands) => {
      const { window } = desktop;
      return window.chooseFiles(() => hands.press(button(window.page, 'Choose…')), [photos]);
    },
    addFolder: (hands) => {
      const { window } = desktop;
      return window.chooseFiles(() => hands.press(button(window.page, 'Add folder').first()), [photos]);
    },
    saveTogether: async (hands) => {
      const { window } = desktop;
      const results = path.join(folder, 'Results');
      mkdirSync(results);
      await window.chooseFiles(() => hands.press(button(window.page, 'Choose a folder…')), [results]);
    },
    takeResults: async (hands) => {
      const { program, window } = desktop;
      const press = () => hands.press(button(window.page, 'Show results'));
      return readFolder(await shownFolder(program, press));
    },
    watchDrags: () => watchDrags(desktop.program),
    restart: async () => {
      await desktop.program.app.close();
      desktop = await start(screen, dataFolder);
    },
    [Symbol.asyncDispose]: async () => {
      await desktop.program.app.close();
      screen.close();
    },
  };
}
