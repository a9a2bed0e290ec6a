import { randomBytes } from 'node:crypto';
import path from 'node:path';

/**
 * A name next to a file for its unfinished content: hidden, of this file alone, and of the kind that is deleted after a
 * crash.
 */
export function unfinishedFile(target: string): string {
  return path.join(path.dirname(target), `.enlarger-${randomBytes(4).toString('hex')}-0.part`);
}
