import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { checkout } from './runProgram.ts';
import { desktopEnvironment, SANDBOX_OPTIONS, type DesktopOptions } from './desktopSetting.ts';
import { whyNoScreen } from './screen.ts';

/** Functions of the build scripts, which are not compiled because they run before anything is. */
const { testElectron, electronProgram } = (await import(
  pathToFileURL(path.join(checkout, 'build', 'findElectron.mjs')).href
)) as { testElectron: () => string | undefined; electronProgram: (folder: string) => string };

/** Electron's program, as `build/getElectron.mjs` finds or makes it; undefined if it is missing. */
export function findElectron(): string | undefined {
  const folder = testElectron();
  return folder && electronProgram(folder);
}

/** Why the desktop program cannot be tested here; undefined if it can. */
export function whyNoDesktop(): string | undefined {
  const program = findElectron();
  if (program === undefined) return 'there is no Electron; "node build/getElectron.mjs" may make one';
  const { status, stderr } = spawnSync(program, [...SANDBOX_OPTIONS, '--version'], { encoding: 'utf8' });
  if (status !== 0) return `Electron does not start here: ${stderr.split('\n')[0] ?? ''}`;
  return whyNoScreen();
}

/** Name of a suite that needs the desktop program, with the reason where it is skipped. */
export function suiteName(name: string, reason: string | undefined): string {
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}

/** The desktop program while a test drives it. */
export interface DesktopProgram {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The stderr of main process and workers so far. */
  readonly stderr: () => string;
}

/** The program's arguments after Electron's own name. */
export function desktopArguments({
  dataFolder,
  files = [],
  entry = checkout,
  switches = [],
}: DesktopOptions): string[] {
  const userData = `--user-data-dir=${path.join(dataFolder, 'electron')}`;
  return [...SANDBOX_OPTIONS, ...switches, userData, entry, ...files];
}

/** Starts the compiled desktop program. Whoever starts it closes it. */
export async function startDesktop(options: DesktopOptions): Promise<DesktopProgram> {
  const executablePath = findElectron();
  if (executablePath === undefined) throw new Error('There is no Electron here.');
  const app = await _electron.launch({
    executablePath,
    args: desktopArguments(options),
    env: desktopEnvironment(options),
    timeout: 60_000,
  });
  let stderr = '';
  app.process().stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
  try {
    const page = await app.firstWindow({ timeout: 60_000 });
    return { app, page, stderr: () => stderr };
  } catch (error) {
    app.process().kill('SIGKILL');
    throw new Error(`The desktop program opened no window.\n${stderr}`, { cause: error });
  }
}
