import path from 'node:path';
import { processRunId } from './runLock.ts';

let files = 0;

/**
 * A name next to a file for its unfinished content: hidden, of this file alone, and of the kind that is deleted once its
 * process is gone.
 */
export async function unfinishedFile(target: string): Promise<string> {
  return path.join(path.dirname(target), `.enlarger-${await processRunId()}-0-${++files}.part`);
}
