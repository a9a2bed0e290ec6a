import type { HostLog } from '../core/host/hostParts.ts';
import { forTerminal } from './text.ts';

/** Writes what happens into the log file, and on stderr what went wrong, or all of it; stdout is for data alone. */
export function tellBoth(file: HostLog, isVerbose: boolean): HostLog {
  const tell =
    (level: keyof HostLog) =>
    (sentence: string, values?: object): void => {
      file[level](sentence, values);
      if (level === 'info' && !isVerbose) return;
      const told = values === undefined ? '' : ` ${JSON.stringify(values)}`;
      process.stderr.write(`${forTerminal(sentence + told)}\n`);
    };
  return { info: tell('info'), warn: tell('warn'), error: tell('error') };
}
