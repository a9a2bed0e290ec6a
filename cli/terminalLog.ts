import type { HostLog } from '../core/host/hostParts.ts';
import { forTerminal } from './text.ts';

/** Logs to the file and, for problems or if verbose, to stderr; stdout is for data only. */
export function terminalLog(file: HostLog, isVerbose: boolean): HostLog {
  const log =
    (level: keyof HostLog) =>
    (sentence: string, values?: object): void => {
      file[level](sentence, values);
      if (level === 'info' && !isVerbose) return;
      const suffix = values === undefined ? '' : ` ${JSON.stringify(values)}`;
      process.stderr.write(`${forTerminal(sentence + suffix)}\n`);
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
