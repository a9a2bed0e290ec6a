import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeWhole } from '../files/writeWhole.ts';

/** Number of browsers that can be signed in at once; the oldest has to open the link again. */
const MAX_SESSIONS = 16;

/** How long a browser can return without the link. */
export const SESSION_DAYS = 90;

const keptSchema = z.object({
  instanceId: z.string().regex(/^[0-9a-f]{16}$/),
  sessions: z
    .array(z.object({ cookieHash: z.string().regex(/^[0-9a-f]{64}$/), openedAt: z.number() }))
    .max(MAX_SESSIONS),
});

type Kept = z.infer<typeof keptSchema>;

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** The word that belongs to a cookie; only the owner of the cookie can know it. */
function csrfFor(cookie: string): string {
  return createHmac('sha256', cookie).update('csrf').digest('base64url');
}

/** The sessions of an earlier run; empty if the file is missing or damaged. */
function readKept(file: string | undefined): Kept {
  const fresh = { instanceId: randomBytes(8).toString('hex'), sessions: [] };
  if (file === undefined) return fresh;
  try {
    const { instanceId, sessions } = keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const oldest = Date.now() - SESSION_DAYS * 86_400_000;
    return { instanceId, sessions: sessions.filter(({ openedAt }) => openedAt > oldest) };
  } catch {
    return fresh;
  }
}

/**
 * The signed-in browsers. The link that the program prints contains a token; a page exchanges it for a cookie that scripts
 * cannot read and for a word that every write has to include. The token is valid for as long as this server runs, so that
 * the link opens a second browser, too. Sessions are kept as hashes, so that a bookmark works after a restart.
 */
export class Sessions {
  /** Part of the cookie's name: cookies of 127.0.0.1 are shared by all ports. The same for the same data. */
  readonly instanceId: string;
  readonly token = secret();
  readonly #tokenHash = hashOf(this.token);
  readonly #file: string | undefined;
  #sessions: Kept['sessions'];

  /** @param file Keeps the sessions for the next run; without it they end with this one. */
  constructor(file?: string) {
    const kept = readKept(file);
    this.#file = file;
    this.instanceId = kept.instanceId;
    this.#sessions = kept.sessions;
  }

  get cookieName(): string {
    return `enlarger_${this.instanceId}`;
  }

  /** @returns A new session's cookie and word, or undefined for a wrong token. */
  exchange(token: string): { readonly cookie: string; readonly csrf: string } | undefined {
    if (!timingSafeEqual(hashOf(token), this.#tokenHash)) return undefined;
    const cookie = secret();
    const opened = { cookieHash: hashOf(cookie).toString('hex'), openedAt: Date.now() };
    this.#sessions = [...this.#sessions, opened].slice(-MAX_SESSIONS);
    this.#keep();
    return { cookie, csrf: csrfFor(cookie) };
  }

  /** The word that belongs to a cookie; undefined when there is no such session. */
  csrfOf(cookie: string | undefined): string | undefined {
    if (cookie === undefined) return undefined;
    const hash = hashOf(cookie);
    const isKnown = this.#sessions.some(({ cookieHash }) =>
      timingSafeEqual(Buffer.from(cookieHash, 'hex'), hash),
    );
    return isKnown ? csrfFor(cookie) : undefined;
  }

  /** Whether a write's cookie and word belong together. */
  mayWrite(cookie: string | undefined, csrf: string | undefined): boolean {
    const expected = this.csrfOf(cookie);
    return expected !== undefined && timingSafeEqual(hashOf(csrf ?? ''), hashOf(expected));
  }

  #keep(): void {
    if (this.#file === undefined) return;
    const kept: Kept = { instanceId: this.instanceId, sessions: this.#sessions };
    writeWhole(this.#file, `${JSON.stringify(kept)}\n`);
  }
}
