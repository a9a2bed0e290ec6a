import { Hono } from 'hono';
import { EnlargerError } from '../api/errors.ts';
import { refusalBody } from './refusals.ts';
import type { ServerContext, ServerEnvironment } from './serverContext.ts';
import { writersOnly } from './sessionRoutes.ts';

/** `PUT /api/uploads?name=<name>`: a file's bytes, straight to disk. */
export function uploadRoutes({ places, sessions }: ServerContext): Hono<ServerEnvironment> {
  const routes = new Hono<ServerEnvironment>();
  routes.put('/', writersOnly(sessions), async (c) => {
    const length = c.req.header('Content-Length');
    if (
      length === undefined ||
      !/^\d{1,15}$/.test(length) ||
      c.req.header('Content-Encoding') !== undefined
    ) {
      return c.json(
        refusalBody({
          code: 'request/invalid',
          message: 'The request must have a Content-Length and no encoding.',
        }),
        411,
      );
    }
    const name = c.req.query('name');
    if (name === undefined) throw new EnlargerError('request/invalid', 'The request does not name the file.');
    return c.json({ ok: true, value: await places.uploads.receive(c.env.incoming, name, Number(length)) });
  });
  return routes;
}
