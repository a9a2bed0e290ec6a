import { spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A screen that windows open on. */
export interface Screen {
  /** Variables for programs that open windows; empty if the system has a screen. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

const SYSTEM_SCREEN: Screen = { environment: {}, close: () => undefined };

/** Why no window can be opened here; undefined if one can. */
export function whyNoScreen(): string | undefined {
  if (process.platform !== 'linux' || process.env['DISPLAY'] !== undefined) return undefined;
  const { error } = spawnSync('Xvfb', ['-version'], { stdio: 'ignore' });
  return error === undefined ? undefined : 'there is neither a screen nor Xvfb';
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'setEncoding' in stream;
}

/**
 * Opens a screen in memory on Linux, so that nothing flickers over a real one; elsewhere uses that of the system.
 */
export async function openScreen(): Promise<Screen> {
  if (process.platform !== 'linux' || spawnSync('Xvfb', ['-version'], { stdio: 'ignore' }).error) {
    return SYSTEM_SCREEN;
  }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const numbers = server.stdio[3];
  if (!isReadable(numbers)) throw new Error('Xvfb cannot report its number.');
  const number = await new Promise<string>((resolve, reject) => {
    numbers.setEncoding('utf8').once('data', resolve);
    server.once('error', reject);
    server.once('exit', (code) => {
      reject(new Error(`Xvfb ended with exit code ${String(code)}.`));
    });
  });
  return {
    environment: { DISPLAY: `:${number.trim()}` },
    close: () => {
      server.kill();
    },
  };
}
