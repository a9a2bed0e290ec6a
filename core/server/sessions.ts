import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Browsers that are let in at once; the oldest has to open the link again. */
const MAX_SESSIONS = 16;

interface Session {
  readonly cookieHash: Buffer;
  readonly csrf: string;
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Who may ask. The link that the program prints carries a token; a page exchanges it for a cookie that scripts cannot
 * read and for a word that every write has to carry. The token is good for as long as this server runs, so that the
 * link opens a second browser, too.
 */
export class Sessions {
  /** Part of the cookie's name: cookies of 127.0.0.1 are shared by all ports. */
  readonly instanceId = randomBytes(8).toString('hex');
  readonly token = secret();
  readonly #tokenHash = hashOf(this.token);
  #sessions: Session[] = [];

  get cookieName(): string {
    return `enlarger_${this.instanceId}`;
  }

  /** @returns A new session's cookie and word, or undefined for a wrong token. */
  exchange(token: string): { readonly cookie: string; readonly csrf: string } | undefined {
    if (!timingSafeEqual(hashOf(token), this.#tokenHash)) return undefined;
    const cookie = secret();
    const csrf = secret();
    this.#sessions = [...this.#sessions, { cookieHash: hashOf(cookie), csrf }].slice(-MAX_SESSIONS);
    return { cookie, csrf };
  }

  /** The word that belongs to a cookie; undefined when nobody of that name was let in. */
  csrfOf(cookie: string | undefined): string | undefined {
    const hash = hashOf(cookie ?? '');
    return this.#sessions.find(({ cookieHash }) => timingSafeEqual(cookieHash, hash))?.csrf;
  }

  /** Whether a write's cookie and word belong together. */
  mayWrite(cookie: string | undefined, csrf: string | undefined): boolean {
    const expected = this.csrfOf(cookie);
    return expected !== undefined && timingSafeEqual(hashOf(csrf ?? ''), hashOf(expected));
  }
}
