import { Hono } from 'hono';
import { callMethod } from '../api/callMethod.ts';
import { METHOD_NAMES, type MethodResult } from '../api/contract.ts';
import { EnlargerError } from '../api/errors.ts';
import { checkPageInput } from './pageInput.ts';
import { readJson } from './readJson.ts';
import { refusalBody } from './refusals.ts';
import type { ServerContext, ServerEnvironment } from './serverContext.ts';
import { jsonOnly, writersOnly } from './sessionRoutes.ts';

/** The facts about the program that differ in a browser. */
function factsForBrowser({
  places,
}: ServerContext): Pick<MethodResult<'getProgramInfo'>, 'capabilities' | 'roots'> {
  return {
    capabilities: { localPaths: false, desktop: false, uploads: true },
    roots: places.roots.all.map(({ id, name }) => ({ id, name })),
  };
}

/** `POST /api/<method>`: every method of the contract, its argument as the body. */
export function apiRoutes(context: ServerContext): Hono<ServerEnvironment> {
  const { host, hider, places, sessions } = context;
  const routes = new Hono<ServerEnvironment>();
  routes.post('/:method', writersOnly(sessions), jsonOnly, async (c) => {
    const method = c.req.param('method');
    if (!METHOD_NAMES.some((name) => name === method)) {
      return c.json(
        refusalBody({ code: 'request/invalid', message: 'There is no method of that name.' }),
        404,
      );
    }
    const body = await readJson(c.env.incoming);
    const reply = await callMethod(host.api, method, await checkPageInput(method, body, places.roots));
    if (!reply.ok) {
      // Details of a bug are not shown to a page.
      if (reply.error.code === 'internal/bug') throw new Error(reply.error.message);
      return c.json({ ok: false, error: hider.hide(reply.error) });
    }
    const value = hider.hide(reply.value);
    if (method !== 'getProgramInfo') return c.json({ ok: true, value });
    return c.json({ ok: true, value: { ...asObject(value), ...factsForBrowser(context) } });
  });
  return routes;
}

function asObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new EnlargerError('internal/bug', 'The host gave no information about the program.');
}
