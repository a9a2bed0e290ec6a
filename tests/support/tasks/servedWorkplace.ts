import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { openPage } from '../browserWindow.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { readZip } from './readZip.ts';
import type { Workplace } from './workplace.ts';

const program = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
}

async function serve(words: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [program, 'serve', '--no-browser', ...words], {
    env: { ...process.env, ENLARGER_DATA: temporaryFolder() },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  for await (const part of child.stdout) {
    text += String(part);
    if (text.includes('#t=')) return { child, url: text.trim() };
  }
  throw new Error('enlarger serve ended before it printed its link.');
}

/** The window of `enlarger serve` in a browser, with one opened folder. */
export async function openServedWorkplace(browser: Browser): Promise<Workplace> {
  const folder = temporaryFolder();
  const photos = path.join(folder, 'Photos');
  mkdirSync(photos);
  const words = ['--data', path.join(folder, 'data'), '--open', photos];
  let served = await serve(words);
  const { port } = new URL(served.url);
  const window = await openPage(browser, served.url);
  const { page } = window;
  return {
    window,
    photos,
    // The only folder that is open is named already.
    nameFolder: async () => {
      expect(await page.getByRole('combobox', { name: /^Folder/ }).inputValue()).toBe('Photos');
    },
    addFolder: async (hands) => {
      await hands.press(page.getByRole('button', { name: 'Browse folders' }).first());
      await hands.press(page.getByRole('button', { name: 'Add entire folder' }));
    },
    // Results of sent images are kept together anyway.
    saveTogether: () => Promise.resolve(),
    takeResults: async (hands) => {
      const button = page.getByRole('button', { name: 'Download all' });
      const { name, path: file } = await window.save(() => hands.press(button));
      const bytes = readFileSync(file);
      return name.endsWith('.zip') ? readZip(bytes) : new Map([[name, bytes]]);
    },
    restart: async () => {
      const ended = once(served.child, 'exit');
      served.child.kill('SIGINT');
      await ended;
      // The page keeps trying, and finds the program at the port where it was.
      served = await serve([...words, '--port', port]);
    },
    [Symbol.asyncDispose]: async () => {
      await window[Symbol.asyncDispose]();
      const ended = once(served.child, 'exit');
      served.child.kill('SIGINT');
      await ended;
    },
  };
}
