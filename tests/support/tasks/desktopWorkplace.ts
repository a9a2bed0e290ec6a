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

/** The desktop program on a screen in memory. */
export async function openDesktopWorkplace(): Promise<Workplace> {
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
