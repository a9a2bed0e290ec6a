import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporaryFolder.ts';

/** The compiled program, as users run it, with its worker processes. `npm test` compiles it first. */
const ENTRY = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramPlace {
  readonly cwd?: string;
  /** Variables in addition to those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the `enlarger` command, in the checkout's folder if no other is given, and waits for its end. */
export function runProgram(
  args: readonly string[],
  { cwd = checkout, env = {} }: ProgramPlace = {},
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    // A variable that our engine set in this process must not hide that the program fails to set it.
    const inherited = { ...process.env, ORT_DISABLE_TELEMETRY: undefined, ENLARGER_DATA: temporaryFolder() };
    const options = { cwd, env: { ...inherited, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [ENTRY, ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
