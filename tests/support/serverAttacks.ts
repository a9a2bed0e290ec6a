import { jsonBody, pageHeaders, type Session, type TestServer } from './browserServer.ts';
import type { RawRequest } from './rawHttp.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';

/**
 * One request that must not be accepted. All of it but the attack itself is as our page would send it, with a valid
 * session: nothing else may be the reason for its refusal.
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

type Header = readonly [string, string];

/** A valid call of a method that changes something. */
function call(context: AttackContext, method = 'startQueue', input: unknown = {}): RawRequest {
  const { body, headers } = jsonBody(input);
  const page = pageHeaders(context.server.running.port, context.session);
  return { method: 'POST', target: `/api/${method}`, headers: [...page, ...headers], body };
}

function get(context: AttackContext, target: string): RawRequest {
  return { method: 'GET', target, headers: pageHeaders(context.server.running.port, context.session) };
}

function without({ headers, ...request }: RawRequest, ...names: string[]): RawRequest {
  return { ...request, headers: headers.filter(([name]) => !names.includes(name)) };
}

function having(request: RawRequest, ...headers: Header[]): RawRequest {
  const replaced = without(request, ...headers.map(([name]) => name));
  return { ...replaced, headers: [...replaced.headers, ...headers] };
}

function table(group: string, rows: Readonly<Record<string, RawRequest>>): Attack[] {
  return Object.entries(rows).map(([name, request]) => ({ group, name, request }));
}

function hostAttacks(context: AttackContext): Attack[] {
  const { port } = context.server.running;
  const hosts = [
    'evil.com',
    `evil.com:${port}`,
    `127.0.0.1.evil.com:${port}`,
    `localhost.evil.com:${port}`,
    `localhost.:${port}`,
    `LOCALHOST:${port}`,
    `127.0.0.1.:${port}`,
    `2130706433:${port}`,
    `0x7f000001:${port}`,
    `0177.0.0.1:${port}`,
    `127.1:${port}`,
    `127.0.0.2:${port}`,
    `0.0.0.0:${port}`,
    `[::1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    '127.0.0.1',
    'localhost',
    `127.0.0.1:${port + 1}`,
    `127.0.0.1:0${port}`,
    `user@127.0.0.1:${port}`,
    `127.0.0.1:${port}, evil.com`,
    '',
  ];
  const named = hosts.map((host): [string, RawRequest] => [
    `Host: ${host}`,
    having(call(context), ['Host', host], ['Origin', `http://${host}`]),
  ]);
  const good = `127.0.0.1:${port}`;
  return table('host', {
    ...Object.fromEntries<RawRequest>(named),
    'no Host': without(call(context), 'Host'),
    'no Host in HTTP/1.0': { ...without(call(context), 'Host'), version: 'HTTP/1.0' },
    'two Hosts, the good one first': having(call(context), ['Host', good], ['Host', 'evil.com']),
    'two Hosts, the good one last': having(call(context), ['Host', 'evil.com'], ['Host', good]),
    'the good Host twice': having(call(context), ['Host', good], ['Host', good]),
    'foreign absolute target': { ...call(context), target: 'http://evil.com/api/startQueue' },
    'own absolute target': { ...call(context), target: `http://${good}/api/startQueue` },
    'forwarded host': having(call(context), ['Host', 'evil.com'], ['X-Forwarded-Host', good]),
  });
}

function originAttacks(context: AttackContext): Attack[] {
  const { port } = context.server.running;
  const good = `http://127.0.0.1:${port}`;
  const origins = [
    'null',
    'http://evil.com',
    `http://evil.com:${port}`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port + 1}`,
    'http://127.0.0.1',
    `http://localhost:${port}`,
    `${good}/`,
    `${good}.evil.com`,
    'file://',
    'chrome-extension://abcdef',
    '',
  ];
  const named = origins.map((origin): [string, RawRequest] => [
    `Origin: ${origin}`,
    having(call(context), ['Origin', origin]),
  ]);
  return table('origin', {
    ...Object.fromEntries<RawRequest>(named),
    'no Origin on a write': without(call(context), 'Origin'),
    'two Origins': having(call(context), ['Origin', good], ['Origin', 'http://evil.com']),
    'foreign Origin on events': having(get(context, '/api/events'), ['Origin', 'http://evil.com']),
    'foreign Origin on media': having(get(context, `/media/${'a'.repeat(32)}`), ['Origin', 'null']),
    'cross-site write': having(call(context), ['Sec-Fetch-Site', 'cross-site']),
    'same-site write': having(call(context), ['Sec-Fetch-Site', 'same-site']),
    'typed write': having(call(context), ['Sec-Fetch-Site', 'none']),
    'cross-site image': having(without(get(context, `/media/${'a'.repeat(32)}`), 'Origin'), [
      'Sec-Fetch-Site',
      'cross-site',
    ]),
    'cross-site page in a frame': having(without(get(context, '/'), 'Origin'), [
      'Sec-Fetch-Site',
      'cross-site',
    ]),
  });
}

function methodAttacks(context: AttackContext): Attack[] {
  const bare = without(call(context), 'Content-Type', 'Content-Length');
  const methods = ['OPTIONS', 'TRACE', 'DELETE', 'PATCH', 'PROPFIND', 'GET', 'HEAD', 'PUT'];
  const named = methods.map((method): [string, RawRequest] => [
    `${method} on a method`,
    { ...bare, method, body: '' },
  ]);
  return table('method', {
    ...Object.fromEntries<RawRequest>(named),
    preflight: having({ ...bare, method: 'OPTIONS', body: '' }, ['Access-Control-Request-Method', 'POST']),
    'POST said in a header': having({ ...bare, method: 'GET', body: '' }, ['X-HTTP-Method-Override', 'POST']),
    'unknown verb': { ...bare, method: 'ENLARGE', body: '' },
    'post in small letters': { ...call(context), method: 'post' },
  });
}

function exchangeOf({ server }: AttackContext, value: unknown): RawRequest {
  const { body, headers } = jsonBody(value);
  return {
    method: 'POST',
    target: '/api/session',
    headers: [...pageHeaders(server.running.port), ...headers],
    body,
  };
}

function secretAttacks(context: AttackContext): Attack[] {
  const { server, session, foreign } = context;
  const [cookieName = '', cookieValue = ''] = session.cookie.split('=');
  const [, foreignValue = ''] = foreign.cookie.split('=');
  const tokenRequest = (value: unknown): RawRequest => exchangeOf(context, value);
  return table('secret', {
    'no cookie': without(call(context), 'Cookie'),
    'empty cookie': having(call(context), ['Cookie', `${cookieName}=`]),
    'guessed cookie': having(call(context), ['Cookie', `${cookieName}=${'A'.repeat(43)}`]),
    'cut cookie': having(call(context), ['Cookie', session.cookie.slice(0, -1)]),
    'cookie of another instance': having(call(context), ['Cookie', foreign.cookie]),
    'its value under our name': having(call(context), ['Cookie', `${cookieName}=${foreignValue}`]),
    'our value under its name': having(call(context), ['Cookie', `enlarger_0=${cookieValue}`]),
    'no word': without(call(context), 'X-Enlarger-CSRF'),
    'empty word': having(call(context), ['X-Enlarger-CSRF', '']),
    'word of another instance': having(call(context), ['X-Enlarger-CSRF', foreign.csrf]),
    'cookie as word': having(call(context), ['X-Enlarger-CSRF', cookieValue]),
    'events without cookie': without(get(context, '/api/events'), 'Cookie'),
    'media without cookie': without(get(context, `/media/${'a'.repeat(32)}`), 'Cookie'),
    'session without cookie': without(get(context, '/api/session'), 'Cookie'),
    'wrong token': tokenRequest({ token: 'A'.repeat(43) }),
    'empty token': tokenRequest({ token: '' }),
    'no token': tokenRequest({}),
    'token as list': tokenRequest({ token: [server.token] }),
    'token of another instance’s length': tokenRequest({ token: `${server.token}A` }),
    'token in the address': without(get(context, `/api/session?t=${server.token}`), 'Cookie'),
    'token as bearer': having(without(call(context), 'Cookie'), ['Authorization', `Bearer ${server.token}`]),
  });
}

function bodyAttacks(context: AttackContext): Attack[] {
  const long = String(17 * 1024 * 1024);
  const chunked = without(call(context), 'Content-Length');
  return table('body', {
    'JSON as text': having(call(context), ['Content-Type', 'text/plain']),
    form: having(call(context), ['Content-Type', 'application/x-www-form-urlencoded']),
    multipart: having(call(context), ['Content-Type', 'multipart/form-data; boundary=x']),
    'no type': without(call(context), 'Content-Type'),
    'other letters': having(call(context), ['Content-Type', 'application/json; charset=utf-16']),
    'type of two': having(call(context), ['Content-Type', 'application/json, text/plain']),
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

function pathAttacks(context: AttackContext): Attack[] {
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

const BATCH = {
  destination: { kind: 'downloads' },
  settings: DEFAULT_JOB_SETTINGS,
  exists: 'skip',
  nameTemplate: '{dir}/{name}.{ext}',
  recursive: true,
  include: [],
  exclude: [],
  report: { measure: false, formats: [] },
};

function batchOf(context: AttackContext, changes: object): RawRequest {
  const rootId = context.server.places.roots.all[0]?.id ?? '';
  const inside = { kind: 'root', rootId, relative: 'inside.png' };
  return call(context, 'addBatch', { spec: { sources: [inside], ...BATCH, ...changes }, startNow: true });
}

function placeAttacks(context: AttackContext): Attack[] {
  const { server } = context;
  const inside = { kind: 'root', rootId: server.places.roots.all[0]?.id ?? '', relative: 'inside.png' };
  const add = (changes: object): RawRequest => batchOf(context, changes);
  const watched = { presetId: 'p', settleMs: 2000, include: [], exclude: [], recursive: true, paused: false };
  const preview = { crop: { x: 0, y: 0, width: 8, height: 8 }, settings: DEFAULT_JOB_SETTINGS };
  const path = { kind: 'path', path: '/etc/passwd' };
  return table('place', {
    'a path as source': add({ sources: [path] }),
    'a path among sources': add({ sources: [inside, path] }),
    'a path as destination': add({ destination: { kind: 'path', path: '/tmp' } }),
    'beside, up a folder': add({ destination: { kind: 'beside', folderName: '..' } }),
    'beside, far away': add({ destination: { kind: 'beside', folderName: '../../tmp' } }),
    'beside an upload': add({
      sources: [{ kind: 'upload', uploadId: 'x' }],
      destination: { kind: 'beside', folderName: 'out' },
    }),
    'a template that climbs': add({ nameTemplate: '../../{name}.{ext}' }),
    'a template with backslashes': add({ nameTemplate: '..\\..\\{name}.{ext}' }),
    'a report elsewhere': add({ report: { measure: true, formats: ['html'], folder: '/etc' } }),
    'a path looked into': call(context, 'inspectSources', {
      sources: [{ kind: 'path', path: '/etc' }],
      settings: DEFAULT_JOB_SETTINGS,
      recursive: true,
    }),
    'a path previewed': call(context, 'previewCrop', { ...preview, source: path }),
    'a model at a path': call(context, 'addModels', { sources: [path] }),
    'a preset with a path': call(context, 'savePreset', {
      id: 'p',
      name: 'p',
      batch: { ...BATCH, destination: { kind: 'path', path: '/etc' } },
    }),
    'a folder watched by its path': call(context, 'addWatchedFolder', { folder: '/etc', ...watched }),
    'a folder watched up and away': call(context, 'addWatchedFolder', {
      folder: 'Photos/../../..',
      ...watched,
    }),
    'originals moved away': call(context, 'updateWatchedFolder', { id: 1, moveOriginalsTo: '/tmp' }),
    'a method of objects': call(context, 'constructor'),
    'a method of prototypes': call(context, '__proto__'),
    'a method that does not exist': call(context, 'readFile', { path: '/etc/passwd' }),
  });
}

/** Names of results that are not those of an image in plain sight, by the template that would give them. */
export const BAD_TEMPLATES = [
  '{name}',
  '{name}.png',
  '{name}.{ext}.exe',
  '{name}.{ext} ',
  '{name}.{ext}/',
  '{name}.desktop',
  '{name}.{ext}\0.sh',
  'authorized_keys',
  '.bashrc',
  '.{ext}',
  '.ssh/{name}.{ext}',
  '{dir}/.config/autostart/{name}.{ext}',
  '{dir}.{ext}',
  '{dir}/.{name}.{ext}',
  '{dir}.hidden/{name}.{ext}',
  '/.{name}.{ext}',
  './{name}.{ext}',
  '{name}/../{name}.{ext}',
  '{dir}/../../{name}.{ext}',
  '..{dir}/{name}.{ext}',
  'C:{name}.{ext}',
  '{name}:stream.{ext}',
  '\\\\server\\share\\{name}.{ext}',
  '{name}.{EXT}',
  '{name}.{ext}{ext}x',
] as const;

function nameAttacks(context: AttackContext): Attack[] {
  const rootId = context.server.places.roots.all[0]?.id ?? '';
  const add = (changes: object): RawRequest => batchOf(context, changes);
  const preset = (changes: object): RawRequest =>
    call(context, 'savePreset', { id: 'p', name: 'p', batch: { ...BATCH, ...changes } });
  const watched = { presetId: 'p', settleMs: 2000, include: [], exclude: [], recursive: true, paused: false };
  const hiddenFolders = ['.ssh', 'a/.git', '.', '.config/autostart'];
  return table('name', {
    ...Object.fromEntries(
      BAD_TEMPLATES.map((nameTemplate) => [JSON.stringify(nameTemplate), add({ nameTemplate })]),
    ),
    ...Object.fromEntries(
      hiddenFolders.map((relative) => [
        `results in ${relative}`,
        add({ destination: { kind: 'root', rootId, relative } }),
      ]),
    ),
    'results in a hidden folder beside': add({ destination: { kind: 'beside', folderName: '.ssh' } }),
    'results beside, by a drive': add({ destination: { kind: 'beside', folderName: 'C:' } }),
    'results through a link': add({ destination: { kind: 'root', rootId, relative: 'out' } }),
    'results below a link': add({ destination: { kind: 'root', rootId, relative: 'out/elsewhere' } }),
    'a preset with a bad name': preset({ nameTemplate: '{name}.sh' }),
    'a preset with hidden names': preset({ nameTemplate: '.{name}.{ext}' }),
    'originals moved into a hidden folder': call(context, 'updateWatchedFolder', {
      id: 1,
      moveOriginalsTo: 'Photos/.trash',
    }),
    'a report in a hidden place that is a link': add({
      report: { measure: true, formats: ['html'], folder: 'Photos/out' },
    }),
    'a thousand patterns': add({ include: Array.from({ length: 1000 }, () => '*.png') }),
    'a pattern of 16 KB': add({ exclude: ['*a'.repeat(8192)] }),
    'a watched folder with a thousand patterns': call(context, 'addWatchedFolder', {
      ...watched,
      folder: 'Photos',
      include: Array.from({ length: 1000 }, () => '*.png'),
    }),
  });
}

function listOf(context: AttackContext, changes: object = {}): RawRequest {
  const rootId = context.server.places.roots.all[0]?.id ?? '';
  return call(context, 'listRoot', { rootId, relative: '', offset: 0, limit: 100, ...changes });
}

function listAttacks(context: AttackContext): Attack[] {
  const ways = [
    '..',
    '../..',
    './..',
    '.',
    '/',
    '/etc',
    'inside.png/..',
    'inside.png/../..',
    'a//b',
    'a/',
    '..\\..',
    '..\\..\\etc',
    'out',
    'out/elsewhere',
    'out/../inside.png',
    'a\0b',
    '\0',
  ];
  return table('list', {
    ...Object.fromEntries(ways.map((relative) => [JSON.stringify(relative), listOf(context, { relative })])),
    'an unknown root': listOf(context, { rootId: 'f'.repeat(16) }),
    'the root’s path as its id': listOf(context, { rootId: context.server.rootFolder }),
    'a root of prototypes': listOf(context, { rootId: '__proto__' }),
    'no root': listOf(context, { rootId: '' }),
    'places as lists': listOf(context, { relative: ['..'] }),
    'from below zero': listOf(context, { offset: -1 }),
    'all at once': listOf(context, { limit: 1e9 }),
    'another field': listOf(context, { path: '/etc' }),
    'without the session’s word': without(listOf(context), 'X-Enlarger-CSRF'),
    'of a foreign page': having(listOf(context), ['Origin', 'http://evil.com']),
  });
}

function uploadOf({ server, session }: AttackContext, length: string): RawRequest {
  return {
    method: 'PUT',
    target: '/api/uploads?name=a.png',
    headers: [...pageHeaders(server.running.port, session), ['Content-Length', length]],
    body: 'bytes',
  };
}

function uploadAttacks(context: AttackContext): Attack[] {
  const upload = (length: string): RawRequest => uploadOf(context, length);
  return table('upload', {
    'no word': without(upload('5'), 'X-Enlarger-CSRF'),
    'no cookie': without(upload('5'), 'Cookie'),
    'no length': having(without(upload('5'), 'Content-Length'), ['Transfer-Encoding', 'chunked']),
    'no name': { ...upload('5'), target: '/api/uploads' },
    'too long': upload(String(2 ** 31)),
    'as POST': { ...upload('5'), method: 'POST' },
    'foreign Origin': having(upload('5'), ['Origin', 'http://evil.com']),
    'a path in the address': { ...upload('5'), target: '/api/uploads/..%2fa.png?name=a.png' },
    'an undecodable name': { ...upload('5'), target: '/api/uploads?name=%' },
    'a name that is not UTF-8': { ...upload('5'), target: '/api/uploads?name=%ff' },
  });
}

function upgradeAttacks(context: AttackContext): Attack[] {
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

/** What the attacks are made of, unspoilt: all of these have to be accepted, or the table would prove nothing. */
export function harmlessRequests(context: AttackContext): Readonly<Record<string, RawRequest>> {
  return {
    call: call(context),
    batch: batchOf(context, {}),
    list: listOf(context),
    'list of a place that is not there': listOf(context, { relative: 'a/b' }),
    upload: uploadOf(context, '5'),
    page: get(context, '/'),
    picture: get(context, `/media/${'a'.repeat(32)}`),
    'page without Origin': without(get(context, '/'), 'Origin'),
    session: get(context, '/api/session'),
    'exchange of the token': exchangeOf(context, { token: context.server.token }),
  };
}

/** The whole table. */
export function serverAttacks(context: AttackContext): readonly Attack[] {
  const makers = [
    hostAttacks,
    originAttacks,
    methodAttacks,
    secretAttacks,
    bodyAttacks,
    pathAttacks,
    placeAttacks,
    nameAttacks,
    listAttacks,
    uploadAttacks,
    upgradeAttacks,
  ];
  return makers.flatMap((make) => make(context));
}
