import { connect, type Socket } from 'node:net';

export interface RawResponse {
  /** 0 if the connection ended without an answer. */
  readonly status: number;
  /** Names in lower case; of repeated headers the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  /** In order, repeated as given. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  readonly version?: string;
}

/** The bytes of a request, exactly as they are requested: nothing is added, corrected or left out. */
export function requestBytes({
  method,
  target,
  headers,
  body = '',
  version = 'HTTP/1.1',
}: RawRequest): Buffer {
  const head = [
    `${method} ${target} ${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), Buffer.from(body)]);
}

function unchunk(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    if (!(size > 0)) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function parseResponse(bytes: Buffer): RawResponse {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { status: 0, headers: new Map(), body: Buffer.alloc(0) };
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunk(rest) : rest;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), headers, body };
}

/** Sends bytes and reads until the server closes, or until `giveUpMs` of waiting. */
export function exchange(port: number, bytes: Uint8Array, giveUpMs = 5_000): Promise<RawResponse> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket: Socket = connect(port, '127.0.0.1');
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parseResponse(Buffer.concat(received)));
    };
    const timer = setTimeout(finish, giveUpMs);
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => undefined); // a server may disconnect a refused client
    socket.on('close', finish);
    socket.write(bytes);
  });
}
