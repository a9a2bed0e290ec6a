import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { batchEventSchema, type BatchEvent } from '../../core/api/events.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled command while it runs. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly finished: Promise<CliResult>;
  /** Ends with the first output, on either stream, that contains the text; fails when the command ends before. */
  until(text: string): Promise<void>;
}

/** Starts the compiled command in a separate process group, which does not outlive the test. */
export function startCli(
  args: readonly string[],
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
): RunningCli {
  const child = spawn(process.execPath, [program, ...args], {
    ...(cwd !== undefined && { cwd }),
    // Its own list of jobs, never the user's.
    env: { ...process.env, ENLARGER_DATA: temporaryFolder(), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      for (const look of waiting) look();
    });
  }
  const finished = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, ...texts });
    });
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It ended, and so did all of its workers.
    }
  });
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!texts.stdout.includes(text) && !texts.stderr.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void finished.then((result) => {
        reject(new Error(`ended without printing "${text}": ${JSON.stringify(result)}`));
      });
    });
  return { child, finished, until };
}

/** Runs the compiled command to the end. */
export function runCli(args: readonly string[], cwd?: string): Promise<CliResult> {
  return startCli(args, cwd).finished;
}

/** Events of `--json`; each line has to match the schema. */
export function eventsOf({ stdout }: CliResult): BatchEvent[] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no end');
  return lines.map((line) => batchEventSchema.parse(JSON.parse(line)));
}

export function finishedEvent(result: CliResult): Extract<BatchEvent, { type: 'batch-finished' }> {
  const last = eventsOf(result).at(-1);
  if (last?.type !== 'batch-finished') throw new Error('the last event is not batch-finished');
  return last;
}

/** Names of all files below a folder, sorted, with `/` between folders; an empty list if the folder does not exist. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
      )
      .sort();
  } catch {
    return [];
  }
}
