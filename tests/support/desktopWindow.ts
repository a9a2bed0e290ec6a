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

const MAX_LOAD_MS = 15_000;
const MAX_CLOSE_MS = 5_000;

/** A page with this name discards the draft of the previous page, which is stored when that ends; a name survives a reload. */
const START_OVER = 'start over';

/** Answers the next dialogs of the desktop program, since no one is there to click in them. */
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

/** A desktop program with a stand-in host, and the screen and folder that go with it. */
async function startStandInDesktop(): Promise<{
  program: DesktopProgram;
  folder: string;
  close: () => Promise<void>;
}> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-window-'));
  const first = await startStandIn(DESKTOP_INFO, {});
  const screen = await openScreen();
  const program = await startDesktop({
    screen,
    dataFolder: folder,
    entry: STAND_IN_PROGRAM,
    environment: { ENLARGER_STAND_IN: first.server.url },
  });
  await program.page.addInitScript(
    `if (window.name === '${START_OVER}') { localStorage.clear(); window.name = ''; }`,
  );
  const close = async (): Promise<void> => {
    // A program that does not answer cannot be closed normally.
    const { app } = program;
    const impatience = setTimeout(() => app.process().kill('SIGKILL'), MAX_CLOSE_MS);
    await app.close();
    clearTimeout(impatience);
    screen.close();
    await first[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { program, folder, close };
}

function after<Value>(ms: number, value: Value): Promise<Value> {
  return new Promise((resolve) => setTimeout(resolve, ms, value).unref());
}

/** The state of a program that shows no page. */
async function stateOf({ app, stderr }: DesktopProgram): Promise<string> {
  const asked = app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => ({
      isVisible: window.isVisible(),
      isLoading: window.webContents.isLoading(),
      url: window.webContents.getURL(),
    })),
  );
  const answer = await Promise.race([asked, after(MAX_CLOSE_MS, 'its main process is silent')]);
  return `${JSON.stringify(answer)}\n${stderr()}`;
}

/**
 * Shows windows with a stand-in host in one desktop program: each begins with a page that is reloaded. A program
 * that shows no page is noted in the log, and another one is started, once for every window.
 */
export async function startDesktopFace(): Promise<WindowFace> {
  let desktop = await startStandInDesktop();

  const show: WindowFace['open'] = async ({
    colorScheme = 'dark',
    language = 'en',
    viewport = USUAL_VIEWPORT,
    rows,
  } = {}) => {
    const { app, page } = desktop.program;
    const standIn = await startStandIn(DESKTOP_INFO, { language, ...(rows !== undefined && { rows }) });
    try {
      const connected = app.evaluate(
        (_, url) => (Reflect.get(globalThis, 'standIn') as StandInDesktop).connect(url),
        standIn.server.url,
      );
      const isLate = await Promise.race([connected.then(() => false), after(MAX_LOAD_MS, true)]);
      if (isLate) throw new Error('The main process does not answer.');
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await page.evaluate(`window.name = '${START_OVER}'`);
      // Late errors of the previous page do not count for this one.
      await page.reload({ waitUntil: 'commit', timeout: MAX_LOAD_MS });
      const [complaints, stopCollecting] = collectComplaints(page);
      await page.waitForSelector('.window', { timeout: MAX_LOAD_MS });
      return {
        ...{ page, complaints, ...answerDialogs(desktop.program, desktop.folder) },
        ...standIn,
        [Symbol.asyncDispose]: async () => {
          stopCollecting();
          await standIn[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      await standIn[Symbol.asyncDispose]();
      throw error;
    }
  };

  return {
    open: async (options) => {
      try {
        return await show(options);
      } catch (error) {
        process.stderr.write(
          `The desktop shows no page: ${String(error)}\n${await stateOf(desktop.program)}\n`,
        );
        await desktop.close();
        desktop = await startStandInDesktop();
        return await show(options);
      }
    },
    close: () => desktop.close(),
  };
}
