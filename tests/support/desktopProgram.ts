import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { MethodName, MethodResult } from '../../core/api/contract.ts';
import type { MethodInputs } from '../../core/api/methodInputs.ts';
import type { DesktopBridge } from '../../electron/channels.ts';
import { checkout } from './runProgram.ts';
import { whyNoScreen, type Screen } from './screen.ts';

/** What the scripts know about Electron; they run before anything is compiled, so they are not. */
const { testElectron, electronProgram } = (await import(
  pathToFileURL(path.join(checkout, 'build', 'findElectron.mjs')).href
)) as { testElectron: () => string | undefined; electronProgram: (folder: string) => string };

/** Electron's program, as `build/getElectron.mjs` finds or makes it; undefined where there is none. */
export function findElectron(): string | undefined {
  const folder = testElectron();
  return folder && electronProgram(folder);
}

/** Why the desktop program cannot be tested here; undefined where it can. */
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

/** Chromium has no sandbox for root, and has to be told. Everybody else tests with it. */
export const SANDBOX_OPTIONS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** The desktop program while a test drives it. */
export interface DesktopProgram {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What main process and workers wrote to stderr so far. */
  readonly stderr: () => string;
}

export interface DesktopOptions {
  readonly screen: Screen;
  /** Where this program keeps everything; its own for each test. */
  readonly dataFolder: string;
  /** Files to open, as "open with" does. */
  readonly files?: readonly string[];
}

/** The environment of a desktop program that touches nothing of the user's. */
export function desktopEnvironment({ screen, dataFolder }: DesktopOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('ELECTRON_'),
  );
  return { ...Object.fromEntries(inherited), ...screen.environment, ENLARGER_DATA: dataFolder };
}

/** Asks the host as the window does. @returns The reply's value. @throws Error with the code of a failed reply. */
export async function ask<Name extends MethodName>(
  page: Page,
  method: Name,
  input: z.input<MethodInputs[Name]>,
): Promise<MethodResult<Name>> {
  const reply = await page.evaluate(
    ({ name, argument }) =>
      (globalThis as unknown as { enlarger: DesktopBridge }).enlarger.call(name, argument),
    { name: method, argument: input },
  );
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value as MethodResult<Name>;
}

/** The program's arguments after Electron's own name. */
export function desktopArguments({ dataFolder, files = [] }: DesktopOptions): string[] {
  return [...SANDBOX_OPTIONS, `--user-data-dir=${path.join(dataFolder, 'electron')}`, checkout, ...files];
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
