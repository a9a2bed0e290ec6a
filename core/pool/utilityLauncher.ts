import os from 'node:os';
import { WORKER_ENTRY, workerEnvironment, type WorkerLauncher } from './launcher.ts';
import type { ToWorker } from './messages.ts';
import { residentBytes } from './residentBytes.ts';

/** The part of Electron's `UtilityProcess` that a launcher needs; declared here so that core needs no Electron. */
export interface UtilityChild {
  readonly pid?: number | undefined;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  on(event: 'error', listener: (type: 'FatalError', location: string, report: string) => void): unknown;
}

export interface UtilityForkOptions {
  readonly serviceName: string;
  readonly env: Record<string, string>;
  readonly execArgv: string[];
  readonly stdio: ('ignore' | 'inherit')[];
}

/** Electron's `utilityProcess.fork`. */
export type UtilityFork = (entry: string, args: string[], options: UtilityForkOptions) => UtilityChild;

const { SIGKILL } = os.constants.signals;

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(workerEnvironment()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/**
 * Ends a utility process inside native code, too. Electron's own `kill` sends SIGTERM, which a worker
 * ignores; it is the only way before the process has an id.
 */
function endAtOnce(child: UtilityChild): void {
  try {
    if (child.pid === undefined) child.kill();
    else process.kill(child.pid, 'SIGKILL');
  } catch {
    // It has just ended; its exit event follows.
  }
}

/**
 * Creates a launcher of Electron's utility processes.
 *
 * @param fork `utilityProcess.fork`, after the `ready` event.
 * @param args Arguments of the script.
 */
export function utilityLauncher<Message = ToWorker>(
  fork: UtilityFork,
  entry: string = WORKER_ENTRY,
  args: readonly string[] = [],
): WorkerLauncher<Message> {
  return () => {
    const child = fork(entry, [...args], {
      serviceName: 'Enlarger worker',
      env: definedEnvironment(),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let hasEnded = false;
    child.on('exit', () => {
      hasEnded = true;
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => {
        // Electron has crashed over a message to a process that has just ended (electron/electron#53923).
        if (!hasEnded) child.postMessage(message);
      },
      onMessage: (listener) => {
        child.on('message', listener);
      },
      onExit: (listener) => {
        let problem: string | undefined;
        child.on('error', (type, location) => {
          problem = `it met a ${type} in ${location}`;
        });
        child.on('exit', (code) => {
          // 0 after Electron's own `kill`, else an exit code or, on POSIX systems, the number of the signal.
          listener({
            how: problem ?? `it ended with exit code ${code}`,
            wasKilled: process.platform !== 'win32' && code === SIGKILL,
          });
        });
      },
      kill: () => {
        if (!hasEnded) endAtOnce(child);
      },
      residentBytes: () => (child.pid === undefined ? undefined : residentBytes(child.pid)),
    };
  };
}
