/**
 * @file The log: `openLog.ts` writes it to files that are rotated, `lastErrors.ts` reads the latest errors back for
 * `enlarger doctor`.
 */
import path from 'node:path';
import { pino } from 'pino';
import { createStream } from 'rotating-file-stream';
import { makeFolderSync } from '../files/makeFolder.ts';

export const LOG_FILE = 'enlarger.log';

/** A new file is begun at this size; the newest few are kept. */
const FILE_SIZE = '5M';
const OLD_FILES = 4;

/** error: someone must act; warn: the program coped; info: a job's life; debug: only where it is turned on. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Logs one sentence with its values. */
export interface Log {
  debug(sentence: string, values?: object): void;
  info(sentence: string, values?: object): void;
  warn(sentence: string, values?: object): void;
  error(sentence: string, values?: object): void;
}

export interface OpenedLog extends Log {
  /** Ends when everything is written. */
  close(): Promise<void>;
}

/** Folder of the log files in a data folder. */
export function logFolder(dataFolder: string): string {
  return path.join(dataFolder, 'logs');
}

/** Line breaks that JSON leaves as they are, but that viewers show as such: a name could forge a line with them. */
const LINE_BREAKS = /[\u0085\u2028\u2029]/g;

function onOneLine(line: string): string {
  return line.replaceAll(
    LINE_BREAKS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Opens the program's log: one JSON object a line, in files that are started over when they are large. A log that cannot
 * be written never stops the program.
 *
 * @param level Less severe messages are left out.
 */
export function openLog(dataFolder: string, level: LogLevel = 'info'): OpenedLog {
  const folder = logFolder(dataFolder);
  makeFolderSync(folder, { mode: 0o700 });
  const stream = createStream(LOG_FILE, { path: folder, size: FILE_SIZE, rotate: OLD_FILES, mode: 0o600 });
  // A full disk must not end a program for lack of its log.
  stream.on('error', () => undefined);
  const logger = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => stream.write(onOneLine(line)) },
  );
  const write =
    (method: LogLevel) =>
    (sentence: string, values: object = {}): void => {
      logger[method](values, sentence);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    close: () =>
      new Promise((resolve) => {
        stream.end(() => {
          resolve();
        });
      }),
  };
}
