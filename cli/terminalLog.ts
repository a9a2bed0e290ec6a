import type { HostLog } from '../core/host/hostParts.ts';
import { forTerminal } from './text.ts';

/**
 * Logs to the file and to stderr: everything with its values if verbose, otherwise only problems, as sentences. Stdout is for
 * data only.
 */
export function terminalLog(file: HostLog, isVerbose: boolean): HostLog {
  const log =
    (level: keyof HostLog) =>
    (sentence: string, values?: object): void => {
      file[level](sentence, values);
      if (level === 'info' && !isVerbose) return;
      // A bug of ours is worth its details.
      const isDetailed = isVerbose || level === 'error';
      const suffix = values === undefined || !isDetailed ? '' : ` ${JSON.stringify(values)}`;
      process.stderr.write(`${isVerbose ? '' : 'note: '}${forTerminal(sentence + suffix)}\n`);
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
