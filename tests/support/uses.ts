import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { patternRaster, writePng } from './images.ts';
import { filesBelow } from './runCli.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface UseEnd {
  readonly code: number | null;
  readonly text: string;
  /** Lines of `--json`. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** A folder in which one use of the program is tried, with a separate list of jobs. */
export class Place {
  readonly root = temporaryFolder();
  /** Additional variables for the program. */
  env: Readonly<Record<string, string>> = {};

  at(...names: readonly string[]): string {
    return path.join(this.root, ...names);
  }

  /** An image with unique content; a few pixels are enough. */
  image(name: string, seed = name.length): string {
    const file = this.at(name);
    mkdirSync(path.dirname(file), { recursive: true });
    return writePng(file, patternRaster({ width: 5 + (seed % 9), height: 4, channels: 3, bitDepth: 8 }));
  }

  file(name: string, content: string | Uint8Array): string {
    const file = this.at(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  files(folder: string): string[] {
    return filesBelow(this.at(folder));
  }

  bytes(name: string): Buffer {
    return readFileSync(this.at(name));
  }

  /** The program with `nearest`, twice the size, and nothing measured; other options replace these. */
  run(args: readonly string[], input?: string | Uint8Array): Promise<UseEnd> {
    return this.#start(['run', '-n', 'nearest', '-s', '2', '--no-measure', '--json', ...args], input);
  }

  /** One scan of a watched folder. */
  watch(args: readonly string[]): Promise<UseEnd> {
    const once = ['--once', '--settle', '100ms', '--json', '--no-measure'];
    return this.#start(['watch', '-n', 'nearest', '-s', '2', ...once, ...args]);
  }

  command(...args: readonly string[]): Promise<UseEnd> {
    return this.#start(args);
  }

  #start(args: readonly string[], input: string | Uint8Array = ''): Promise<UseEnd> {
    const env = { ...process.env, ENLARGER_DATA: this.at('data'), ...this.env };
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: this.root, env });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
    // A program may end before it has read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return new Promise((resolve) => {
      child.on('close', (code) => {
        const lines = texts.stdout.split('\n').filter((line) => line.startsWith('{"'));
        const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>); // one object a line
        resolve({ code, text: texts.stdout + texts.stderr, events });
      });
    });
  }
}

/** The number of inputs by outcome. */
export function totalsOf({ events }: UseEnd): unknown {
  return events.at(-1)?.['totals'];
}

/** Codes and reasons of inputs without a result, in the order of their names. */
export function reasonsOf({ events }: UseEnd): string[] {
  return events.flatMap(({ type, input, reason, error }) => {
    if (type === 'job-skipped') return [`${path.basename(String(input))}: ${String(reason)}`];
    if (type !== 'job-failed') return [];
    return [`${path.basename(String(input))}: ${(error as { code: string }).code}`]; // as the schema has it
  });
}

/** The outcomes of a watched folder, by file. */
export function watchedOf({ events }: UseEnd): string[] {
  return events
    .map(
      ({ type, input, name, state }) => `${path.basename(String(input ?? name))}: ${String(state ?? type)}`,
    )
    .sort();
}
