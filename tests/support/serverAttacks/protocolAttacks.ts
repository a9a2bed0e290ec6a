import type { RawRequest } from '../rawHttp.ts';
import {
  call,
  get,
  without,
  having,
  table,
  type Attack,
  type AttackContext,
  type Header,
} from './attackRequests.ts';

export function methodAttacks(context: AttackContext): Attack[] {
  const bare = without(call(context), 'Content-Type', 'Content-Length');
  const methods = ['OPTIONS', 'TRACE', 'DELETE', 'PATCH', 'PROPFIND', 'GET', 'HEAD', 'PUT'];
  const named = methods.map((method): [string, RawRequest] => [
    `${method} on a method`,
    { ...bare, method, body: '' },
  ]);
  return table('method', {
    ...Object.fromEntries<RawRequest>(named),
    preflight: having({ ...bare, method: 'OPTIONS', body: '' }, ['Access-Control-Request-Method', 'POST']),
    'POST named in a header': having({ ...bare, method: 'GET', body: '' }, [
      'X-HTTP-Method-Override',
      'POST',
    ]),
    'unknown verb': { ...bare, method: 'ENLARGE', body: '' },
    'post in small letters': { ...call(context), method: 'post' },
  });
}

export function bodyAttacks(context: AttackContext): Attack[] {
  const long = String(17 * 1024 * 1024);
  const chunked = without(call(context), 'Content-Length');
  return table('body', {
    'JSON as text': having(call(context), ['Content-Type', 'text/plain']),
    form: having(call(context), ['Content-Type', 'application/x-www-form-urlencoded']),
    multipart: having(call(context), ['Content-Type', 'multipart/form-data; boundary=x']),
    'no type': without(call(context), 'Content-Type'),
    'another charset': having(call(context), ['Content-Type', 'application/json; charset=utf-16']),
    'two types': having(call(context), ['Content-Type', 'application/json, text/plain']),
    compressed: having(call(context), ['Content-Encoding', 'gzip']),
    'no JSON': { ...having(call(context), ['Content-Length', '3']), body: '{a}' },
    'no UTF-8': {
      ...having(call(context), ['Content-Length', '4']),
      body: new Uint8Array([34, 0xff, 0xfe, 34]),
    },
    'a length of 17 MB': having(call(context), ['Content-Length', long]),
    'a length of 1 TB': having(call(context), ['Content-Length', '1099511627776']),
    'a length below zero': having(call(context), ['Content-Length', '-1']),
    'two lengths': having(call(context), ['Content-Length', '2'], ['Content-Length', '3']),
    'length and chunks': having(call(context), ['Transfer-Encoding', 'chunked']),
    'broken chunks': { ...having(chunked, ['Transfer-Encoding', 'chunked']), body: 'zz\r\n{}\r\n0\r\n\r\n' },
    'unknown coding': having(chunked, ['Transfer-Encoding', 'gzip']),
    'body of a GET': { ...having(get(context, '/api/session'), ['Content-Length', '2']), body: '{}' },
    'header of 64 KB': having(call(context), ['X-Long', 'a'.repeat(65_536)]),
    'header with a line break': having(call(context), ['X-Bad\nHost', 'evil.com']),
  });
}

export function pathAttacks(context: AttackContext): Attack[] {
  const targets = [
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%5c..%5cetc/passwd',
    '/..\\..\\etc\\passwd',
    '/assets/../../etc/passwd',
    '/assets/..%2f..%2findex.html',
    '//etc/passwd',
    '//evil.com/',
    '/index.html%00.js',
    '/index.html/',
    '/assets/',
    '/assets/window.js.map',
    '/./index.html',
    '/%69ndex.html',
    '/package.json',
    '/media/..%2f..%2fetc%2fpasswd',
    '/media/etc/passwd',
    `/media/${'0'.repeat(32)}`,
    `/media/${'a'.repeat(32)}/0/0`,
    `/media/${'a'.repeat(32)}/-1/0/0`,
    '/api/../media/x',
    `/${'a'.repeat(20_000)}`,
    'api/session',
    '*',
  ];
  return table(
    'path',
    Object.fromEntries(targets.map((target) => [target.slice(0, 60), get(context, target)])),
  );
}

export function upgradeAttacks(context: AttackContext): Attack[] {
  const upgrade: Header[] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ];
  return table('upgrade', {
    'WebSocket of our page': having(get(context, '/api/events'), ...upgrade),
    'WebSocket without Origin': having(without(get(context, '/api/events'), 'Origin'), ...upgrade),
    'WebSocket of a foreign page': having(get(context, '/api/events'), ...upgrade, [
      'Origin',
      'http://evil.com',
    ]),
    'HTTP/2 in the clear': having(
      get(context, '/'),
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['Upgrade', 'h2c'],
      ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
    ),
    tunnel: { ...get(context, 'evil.com:443'), method: 'CONNECT' },
    'HTTP/2 at once': { method: 'PRI', target: '*', headers: [], version: 'HTTP/2.0' },
    'HTTP/0.9': { method: 'GET', target: '/', headers: [], version: '' },
  });
}
