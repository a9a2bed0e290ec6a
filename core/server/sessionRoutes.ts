import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { readJson } from './readJson.ts';
import { refusalBody } from './refusals.ts';
import type { ServerContext, ServerEnvironment } from './serverContext.ts';
import { SESSION_DAYS, type Sessions } from './sessions.ts';

const exchangeSchema = z.strictObject({ token: z.string().min(1).max(200) });

const CSRF_HEADER = 'X-Enlarger-CSRF';
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=utf-8)?$/i;

/** The body with a token; anyone may send this one request. */
const MAX_EXCHANGE_BYTES = 1_024;

const NOT_LET_IN = refusalBody({
  code: 'request/forbidden',
  message: 'Open the link that the program printed when it started.',
});

/** Accepts only JSON, which a form of a foreign page cannot send. */
export const jsonOnly = createMiddleware<ServerEnvironment>(async (c, next) => {
  if (JSON_TYPE.test(c.req.header('Content-Type') ?? '') && c.req.header('Content-Encoding') === undefined) {
    await next();
    return;
  }
  return c.json(refusalBody({ code: 'request/invalid', message: 'Send application/json.' }), 415);
});

/** Refuses a stranger without reading the body, the rest of which ends with the connection. */
function refuseStranger(c: Context<ServerEnvironment>, status: 401 | 403): Response {
  c.header('Connection', 'close');
  return c.json(NOT_LET_IN, status);
}

/** Admits only signed-in browsers. */
export function readersOnly(sessions: Sessions): MiddlewareHandler<ServerEnvironment> {
  return createMiddleware<ServerEnvironment>(async (c, next) => {
    if (sessions.csrfOf(getCookie(c, sessions.cookieName)) === undefined) return refuseStranger(c, 401);
    await next();
  });
}

/** Admits only requests of a signed-in browser with the token that only our page has. */
export function writersOnly(sessions: Sessions): MiddlewareHandler<ServerEnvironment> {
  return createMiddleware<ServerEnvironment>(async (c, next) => {
    const cookie = getCookie(c, sessions.cookieName);
    if (sessions.csrfOf(cookie) === undefined) return refuseStranger(c, 401);
    if (!sessions.mayWrite(cookie, c.req.header(CSRF_HEADER))) return refuseStranger(c, 403);
    await next();
  });
}

/** `POST /api/session` signs a page in, `GET /api/session` recognises it after a reload. */
export function sessionRoutes({ sessions }: ServerContext): Hono<ServerEnvironment> {
  const { instanceId, cookieName } = sessions;
  const routes = new Hono<ServerEnvironment>();
  routes.post('/', jsonOnly, async (c) => {
    const { data } = exchangeSchema.safeParse(await readJson(c.env.incoming, MAX_EXCHANGE_BYTES));
    const session = data && sessions.exchange(data.token);
    if (session === undefined) return refuseStranger(c, 403);
    setCookie(c, cookieName, session.cookie, {
      ...{ httpOnly: true, sameSite: 'Strict', path: '/' },
      maxAge: SESSION_DAYS * 86_400,
    });
    return c.json({ ok: true, value: { csrf: session.csrf, instanceId } });
  });
  routes.get('/', readersOnly(sessions), (c) => {
    const csrf = sessions.csrfOf(getCookie(c, cookieName));
    return c.json({ ok: true, value: { csrf, instanceId } });
  });
  return routes;
}
