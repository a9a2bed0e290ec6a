import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { startDesktop, type DesktopProgram } from './desktopProgram.ts';
import { openScreen } from './screen.ts';
import { startStandIn } from './standIn.ts';
import type { StandInDesktop } from './standInDesktop.ts';
import { DESKTOP_INFO } from './standInInfo.ts';
import {
  collectComplaints,
  USUAL_VIEWPORT,
  type DrivenWindow,
  type SavedFile,
  type WindowFace,
} from './windowFace.ts';

const STAND_IN_PROGRAM = fileURLToPath(
  new URL('../../dist/tests/support/standInDesktop.js', import.meta.url),
);

/** Answers the next dialogs of the desktop program, since nobody is there to click into them. */
export function answerDialogs(
  { app }: Pick<DesktopProgram, 'app'>,
  saveFolder: string,
): Pick<DrivenWindow, 'chooseFiles' | 'save'> {
  const chooseFiles: DrivenWindow['chooseFiles'] = async (press, files) => {
    await app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
      },
      [...files],
    );
    await press();
  };
  const save = async (press: () => Promise<unknown>): Promise<SavedFile> => {
    const file = path.join(saveFolder, 'saved by a test');
    rmSync(file, { force: true });
    await app.evaluate(({ dialog }, filePath) => {
      // Called with a window and options; that they may come alone is of no use here.
      const answer = (_: unknown, options: { defaultPath?: string }) => {
        Reflect.set(globalThis, 'proposedName', options.defaultPath);
        return Promise.resolve({ canceled: false, filePath });
      };
      dialog.showSaveDialog = answer as never;
    }, file);
    await press();
    await vi.waitUntil(() => existsSync(file), { timeout: 20_000 });
    const name = await app.evaluate(() => String(Reflect.get(globalThis, 'proposedName')));
    return { name, path: file };
  };
  return { chooseFiles, save };
}

/** Shows windows with a stand-in host in one desktop program: each begins with a page that is loaded anew. */
export async function startDesktopFace(): Promise<WindowFace> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-window-'));
  const first = await startStandIn(DESKTOP_INFO, {});
  const screen = await openScreen();
  const program = await startDesktop({
    screen,
    dataFolder: folder,
    entry: STAND_IN_PROGRAM,
    environment: { ENLARGER_STAND_IN: first.server.url },
  });
  const { app, page } = program;
  return {
    open: async ({ colorScheme = 'dark', language = 'en', viewport = USUAL_VIEWPORT, rows } = {}) => {
      const standIn = await startStandIn(DESKTOP_INFO, { language, ...(rows !== undefined && { rows }) });
      await app.evaluate(
        (_, url) => (Reflect.get(globalThis, 'standIn') as StandInDesktop).connect(url),
        standIn.server.url,
      );
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const [complaints, stopCollecting] = collectComplaints(page);
      await page.reload();
      await page.waitForSelector('.window');
      return {
        ...{ page, complaints, ...answerDialogs(program, folder) },
        ...standIn,
        [Symbol.asyncDispose]: async () => {
          stopCollecting();
          await standIn[Symbol.asyncDispose]();
        },
      };
    },
    close: async () => {
      await app.close();
      screen.close();
      await first[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
