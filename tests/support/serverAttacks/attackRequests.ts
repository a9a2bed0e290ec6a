import { jsonBody, pageHeaders, type Session, type TestServer } from '../browserServer.ts';
import type { RawRequest } from '../rawHttp.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';

/**
 * One request that must not be accepted. Apart from the attack itself, it is as our page would send it, with a valid
 * session, so that nothing else can be the reason for its refusal.
 */
export interface Attack {
  readonly group: string;
  readonly name: string;
  readonly request: RawRequest;
}

export interface AttackContext {
  readonly server: TestServer;
  readonly session: Session;
  /** A session of another instance of the program. */
  readonly foreign: Session;
}

export type Header = readonly [string, string];

/** A valid call of a method that changes something. */
export function call(context: AttackContext, method = 'startQueue', input: unknown = {}): RawRequest {
  const { body, headers } = jsonBody(input);
  const page = pageHeaders(context.server.running.port, context.session);
  return { method: 'POST', target: `/api/${method}`, headers: [...page, ...headers], body };
}

export function get(context: AttackContext, target: string): RawRequest {
  return { method: 'GET', target, headers: pageHeaders(context.server.running.port, context.session) };
}

export function without({ headers, ...request }: RawRequest, ...names: string[]): RawRequest {
  return { ...request, headers: headers.filter(([name]) => !names.includes(name)) };
}

export function having(request: RawRequest, ...headers: Header[]): RawRequest {
  const replaced = without(request, ...headers.map(([name]) => name));
  return { ...replaced, headers: [...replaced.headers, ...headers] };
}

export function table(group: string, rows: Readonly<Record<string, RawRequest>>): Attack[] {
  return Object.entries(rows).map(([name, request]) => ({ group, name, request }));
}

export function exchangeOf({ server }: AttackContext, value: unknown): RawRequest {
  const { body, headers } = jsonBody(value);
  return {
    method: 'POST',
    target: '/api/session',
    headers: [...pageHeaders(server.running.port), ...headers],
    body,
  };
}

export const BATCH = {
  destination: { kind: 'downloads' },
  settings: DEFAULT_JOB_SETTINGS,
  exists: 'skip',
  nameTemplate: '{dir}/{name}.{ext}',
  recursive: true,
  include: [],
  exclude: [],
  report: { measure: false, formats: [] },
};

export function batchOf(context: AttackContext, changes: object): RawRequest {
  const rootId = context.server.places.roots.all[0]?.id ?? '';
  const inside = { kind: 'root', rootId, relative: 'inside.png' };
  return call(context, 'addBatch', { spec: { sources: [inside], ...BATCH, ...changes }, startNow: true });
}

export function listOf(context: AttackContext, changes: object = {}): RawRequest {
  const rootId = context.server.places.roots.all[0]?.id ?? '';
  return call(context, 'listRoot', { rootId, relative: '', offset: 0, limit: 100, ...changes });
}

export function uploadOf({ server, session }: AttackContext, length: string): RawRequest {
  return {
    method: 'PUT',
    target: '/api/uploads?name=a.png',
    headers: [...pageHeaders(server.running.port, session), ['Content-Length', length]],
    body: 'bytes',
  };
}
