import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../files/writeWhole.ts';

const ownerSchema = z.object({
  pid: z.number(),
  /** What the process is, in words for people: `enlarger run`, … */
  purpose: z.string(),
  /** Where it answers other processes of this user, and the token that they have to send first. */
  door: z.object({ address: z.string(), token: z.string() }).exactOptional(),
});

/** Who owns a store. It only informs: the lock on the store itself decides. */
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

function fileIn(folder: string): string {
  return path.join(folder, 'owner.json');
}

export function noteOwner(folder: string, owner: Owner): void {
  writeWhole(fileIn(folder), JSON.stringify(owner));
}

/** The last owner that left its name; it may have ended since. */
export function readOwner(folder: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  } catch {
    // Not there, or not readable: the owner is unknown.
    return undefined;
  }
}

export function forgetOwner(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}
