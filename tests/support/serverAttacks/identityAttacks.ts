import type { RawRequest } from '../rawHttp.ts';
import {
  call,
  get,
  without,
  having,
  table,
  exchangeOf,
  type Attack,
  type AttackContext,
} from './attackRequests.ts';

export function hostAttacks(context: AttackContext): Attack[] {
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

export function originAttacks(context: AttackContext): Attack[] {
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

export function secretAttacks(context: AttackContext): Attack[] {
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
