import path from 'node:path';
import type { Page } from 'playwright-core';
import type { z } from 'zod';
import type { MethodName, MethodResult } from '../../core/api/contract.ts';
import type { MethodInputs } from '../../core/api/methodInputs.ts';
import type { DesktopBridge } from '../../electron/channels.ts';
import type { Screen } from './screen.ts';

/** Chromium has no sandbox for root and needs this option. All other users test with the sandbox. */
export const SANDBOX_OPTIONS: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** The environment of a desktop program. */
export interface DesktopOptions {
  readonly screen: Screen;
  /** The data folder of this program, separate for each test. */
  readonly dataFolder: string;
  /** Files to open, as "open with" does. */
  readonly files?: readonly string[];
  /** Another program in place of the desktop program's own. */
  readonly entry?: string;
  /** Options for Chromium, such as a language. */
  readonly switches?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The environment of a desktop program that does not touch the user's files. */
export function desktopEnvironment({
  screen,
  dataFolder,
  environment,
}: DesktopOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('ELECTRON_'),
  );
  const folders = { ENLARGER_DATA: dataFolder, ENLARGER_CACHE: path.join(dataFolder, 'cache') };
  return { ...Object.fromEntries(inherited), ...screen.environment, ...folders, ...environment };
}

/** Calls the host as the window does. @returns The reply's value. @throws Error with the code of a failed reply. */
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
