import { open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LOG_FILE, logFolder } from './openLog.ts';

/** The part at the end of the log that is read. */
const TAIL_BYTES = 256 * 1024;

/** As pino counts: 30 info, 40 warn, 50 error. */
const ERROR_LEVEL = 50;

const entrySchema = z.looseObject({ level: z.number(), time: z.string(), msg: z.string() });

export interface LoggedError {
  readonly time: string;
  readonly sentence: string;
  /** Its values, as they were logged. */
  readonly values: Readonly<Record<string, unknown>>;
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function parseLine(line: string): LoggedError | undefined {
  try {
    const { level, time, msg, ...values } = entrySchema.parse(JSON.parse(line));
    return level >= ERROR_LEVEL ? { time, sentence: msg, values } : undefined;
  } catch {
    // The first line of the tail is cut, and the last one after a crash.
    return undefined;
  }
}

/** The last errors in the log, newest first; an empty list without a log. */
export async function lastErrors(dataFolder: string, most: number): Promise<LoggedError[]> {
  const tail = await readTail(path.join(logFolder(dataFolder), LOG_FILE)).catch(() => '');
  return tail
    .split('\n')
    .flatMap((line) => parseLine(line) ?? [])
    .reverse()
    .slice(0, most);
}
