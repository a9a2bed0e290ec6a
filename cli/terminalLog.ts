import type { HostLog } from '../core/host/hostParts.ts';
import { forTerminal } from './text.ts';

/** What happens, on stderr: stdout is for data alone. Without `isVerbose` only what went wrong. */
export function terminalLog(isVerbose: boolean): HostLog {
  const write = (sentence: string, values?: object): void => {
    const told = values === undefined ? '' : ` ${JSON.stringify(values)}`;
    process.stderr.write(`${forTerminal(sentence + told)}\n`);
  };
  return { info: isVerbose ? write : () => undefined, warn: write, error: write };
}
