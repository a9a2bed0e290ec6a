import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium, type Page } from 'playwright-core';
import { desktopEnvironment, SANDBOX_OPTIONS, type DesktopOptions } from './desktopSetting.ts';
import path from 'node:path';

const START_LIMIT_MS = 60_000;

/** A packaged desktop program under the control of a test. Its fuses disable Node's debugger, so Chromium's is used. */
export interface PackagedProgram {
  readonly page: Page;
  readonly child: ChildProcess;
  readonly stderr: () => string;
  /** Ends it like the end of a session; returns the exit code, or the signal that ended it. */
  close(): Promise<number | string>;
}

/** Waits for the address that Chromium prints once it can be controlled. */
function debuggerAddress(child: ChildProcess, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The packaged program did not respond.\n${stderr()}`));
    }, START_LIMIT_MS);
    child.stderr?.on('data', () => {
      const address = /DevTools listening on (ws:\S+)/.exec(stderr())?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`The packaged program ended at once: ${String(signal ?? code)}.\n${stderr()}`));
    });
  });
}

/** Starts a packaged program. Whoever starts it closes it. */
export async function startPackaged(program: string, options: DesktopOptions): Promise<PackagedProgram> {
  const args = [
    ...SANDBOX_OPTIONS,
    `--user-data-dir=${path.join(options.dataFolder, 'electron')}`,
    '--remote-debugging-port=0',
    ...(options.files ?? []),
  ];
  const child = spawn(program, args, {
    env: desktopEnvironment(options),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(child, () => stderr));
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('The packaged program has no pages.');
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: START_LIMIT_MS }));
    await page.waitForFunction('window.enlarger !== undefined', undefined, { timeout: START_LIMIT_MS });
    return {
      page,
      child,
      stderr: () => stderr,
      close: async () => {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
        await browser.close();
        return child.signalCode ?? child.exitCode ?? -1;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
