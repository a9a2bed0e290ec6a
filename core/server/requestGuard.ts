import type { IncomingMessage } from 'node:http';

/** Why a request is refused before it is routed. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 414;
  readonly message: string;
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT'];

/** Long enough for an upload's encoded name. */
const MAX_TARGET_LENGTH = 4_096;

/** Our addresses need neither escapes nor dots, except before an extension; path tricks rely on them. */
const PLAIN_PATH = /^\/(?!\/)[A-Za-z0-9/_-]*(?:\.[A-Za-z0-9]+)*$/;
const PLAIN_QUERY = /^[A-Za-z0-9=&%_.!~*'()-]*$/;

function refuse(status: Refusal['status'], message: string): Refusal {
  return { status, message };
}

/** All values of a header, including those that Node would drop as duplicates. */
function valuesOf(request: IncomingMessage, name: string): string[] {
  const { rawHeaders } = request;
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

function isPlainQuery(query: string): boolean {
  try {
    decodeURIComponent(query);
    return PLAIN_QUERY.test(query);
  } catch {
    return false; // not an escape, or not one of UTF-8
  }
}

function checkTarget(request: IncomingMessage): Refusal | undefined {
  const target = request.url ?? '';
  if (target.length > MAX_TARGET_LENGTH) return refuse(414, 'The address is too long.');
  const [path = '', ...queries] = target.split('?');
  const isPlain = PLAIN_PATH.test(path) && queries.length <= 1 && isPlainQuery(queries[0] ?? '');
  return isPlain ? undefined : refuse(400, 'There is no such address.');
}

function checkMethod({ method = '', headers }: IncomingMessage): Refusal | undefined {
  if (method === 'OPTIONS') return refuse(403, 'Cross-origin requests are not allowed.');
  if (!METHODS.includes(method)) return refuse(405, 'Only GET, HEAD, POST and PUT are answered.');
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const mayHaveBody = method === 'POST' || method === 'PUT';
  return hasBody && !mayHaveBody ? refuse(400, `${method} takes no body.`) : undefined;
}

/** Someone follows a link to the page itself. The request has no cookie, and without one the page shows nothing. */
function isPageOpened({ method, url, headers }: IncomingMessage): boolean {
  const isDocument = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return method === 'GET' && url === '/' && isDocument;
}

/**
 * A page whose foreign name was redirected to this machine (DNS rebinding) still sends that name as Host, and a page
 * of any other origin is recognised by Origin and Sec-Fetch-Site, which no script can change.
 */
function checkOrigin(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const names = valuesOf(request, 'host');
  const [host = ''] = names;
  if (names.length !== 1 || !hosts.has(host)) return refuse(403, 'This host name is not accepted here.');
  const isWrite = request.method === 'POST' || request.method === 'PUT';
  const origins = valuesOf(request, 'origin');
  const isSameOrigin = origins.length === 1 && origins[0] === `http://${host}`;
  if (!isSameOrigin && (isWrite || origins.length > 0))
    return refuse(403, 'Cross-origin requests are not allowed.');
  if (isPageOpened(request)) return undefined;
  const sites = valuesOf(request, 'sec-fetch-site');
  // `none`: a person typed the address.
  const isOwnSite = sites.every((site) => site === 'same-origin' || (site === 'none' && !isWrite));
  return isOwnSite ? undefined : refuse(403, 'Requests from other sites are not allowed.');
}

/**
 * The conditions for every request, checked before anything else.
 *
 * @param hosts The only values of `Host` that are answered.
 * @returns The reason to refuse it.
 */
export function checkRequest(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  return checkOrigin(request, hosts) ?? checkMethod(request) ?? checkTarget(request);
}
