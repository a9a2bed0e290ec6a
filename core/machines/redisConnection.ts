import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { EnlargerError } from '../api/errors.ts';

/** Where the password and the certificates are read from. */
export interface QueueEnvironment {
  readonly [name: string]: string | undefined;
  readonly ENLARGER_QUEUE_PASSWORD?: string | undefined;
  readonly ENLARGER_QUEUE_PASSWORD_FILE?: string | undefined;
  /** Certificates of authorities, as PEM, for `rediss://`. */
  readonly ENLARGER_QUEUE_CA_FILE?: string | undefined;
}

/** Time for one command; a server that answers later counts as unreachable. */
const COMMAND_TIMEOUT_MS = 5_000;

const RECONNECT_MS = 1_000;

/** How to reach a server. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: string };
}

const DEFAULT_PORT = 6379;

function usageError(message: string): EnlargerError {
  return new EnlargerError('usage/invalid-option', message);
}

/** The address without anything secret, for messages. */
function addressOf(url: string): string {
  try {
    const { protocol, hostname, port } = new URL(url);
    return `${protocol}//${hostname}:${port === '' ? DEFAULT_PORT : port}`;
  } catch {
    return 'the queue';
  }
}

function parseUrl(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw usageError('The address of the queue is not a URL; use redis://HOST:PORT or rediss://HOST:PORT.');
  }
  if (!['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw usageError('The address of the queue must be redis://HOST:PORT, or rediss://HOST:PORT with TLS.');
  }
  if (parsed.password !== '') {
    throw usageError(
      'The address of the queue contains a password, which other users of this machine can see. Leave it out; set ENLARGER_QUEUE_PASSWORD or ENLARGER_QUEUE_PASSWORD_FILE.',
    );
  }
  if (!/^(\/\d{0,4})?$/.test(parsed.pathname) || parsed.search !== '' || parsed.hash !== '') {
    throw usageError('The address of the queue may end with the number of a database, such as /1.');
  }
  return parsed;
}

async function readSecretFile(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw usageError(`The file that ${variable} names cannot be read: ${file}.`);
  }
}

async function passwordOf(environment: QueueEnvironment): Promise<string | undefined> {
  const { ENLARGER_QUEUE_PASSWORD: password, ENLARGER_QUEUE_PASSWORD_FILE: file } = environment;
  if (password !== undefined && password !== '') return password;
  if (file === undefined || file === '') return undefined;
  return (await readSecretFile('ENLARGER_QUEUE_PASSWORD_FILE', file)).replace(/\r?\n$/, '');
}

/** The environment, but with this password. */
export function withPassword(password: string, environment: QueueEnvironment): QueueEnvironment {
  return { ...environment, ENLARGER_QUEUE_PASSWORD: password };
}

/**
 * Reads the address of the queue; secrets come from the environment or from files, never from the address.
 *
 * @throws EnlargerError `usage/invalid-option`; its message contains no part of the address that could be secret.
 */
export async function queueAddress(url: string, environment: QueueEnvironment): Promise<QueueAddress> {
  const { protocol, hostname, port, pathname, username } = parseUrl(url);
  const password = await passwordOf(environment);
  const caFile = environment.ENLARGER_QUEUE_CA_FILE;
  const ca =
    caFile === undefined || caFile === ''
      ? undefined
      : await readSecretFile('ENLARGER_QUEUE_CA_FILE', caFile);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? DEFAULT_PORT : Number(port),
    db: Number(pathname.slice(1)),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== undefined && { password }),
    ...(protocol === 'rediss:' && { tls: ca === undefined ? {} : { ca } }),
  };
}

/** @throws Error after the deadline; the promise itself is left to end by itself. */
export async function within<Value>(work: Promise<Value>, deadlineMs = COMMAND_TIMEOUT_MS): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The queue has not answered within ${deadlineMs} ms.`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

/** The reasons for a failed connection that only configuration can change: trying again would not help. */
function refusalOf(error: unknown, address: string): EnlargerError | undefined {
  const text = error instanceof Error ? error.message : String(error);
  if (/certificate/i.test(text)) {
    return new EnlargerError(
      'queue/refused',
      `The certificate of ${address} is not trusted: ${text}. Set ENLARGER_QUEUE_CA_FILE to the certificate of its authority.`,
    );
  }
  if (!/NOAUTH|WRONGPASS|NOPERM|invalid password|without any password/i.test(text)) return undefined;
  return new EnlargerError(
    'queue/refused',
    `${address} refuses the user or the password. Set ENLARGER_QUEUE_PASSWORD or ENLARGER_QUEUE_PASSWORD_FILE.`,
  );
}

/** With any other policy a full server silently deletes jobs that wait. */
const REQUIRED_POLICY = 'noeviction';

/** One field of the `INFO` of Redis; undefined if it is absent. */
function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}

/** The figures of a server's `INFO`. */
export interface QueueServer {
  readonly version: string;
  readonly usedMemoryBytes: number;
}

/**
 * Checks that a server keeps what is stored in it.
 *
 * @throws EnlargerError `queue/refused`.
 */
async function checkServer(redis: Redis, address: string): Promise<QueueServer> {
  const info = `${await within(redis.info('server'))}\n${await within(redis.info('memory'))}`;
  const policy = infoField(info, 'maxmemory_policy');
  if (policy !== REQUIRED_POLICY) {
    throw new EnlargerError(
      'queue/refused',
      `${address} has maxmemory-policy ${policy ?? 'unknown'}, with which it deletes waiting jobs when its memory is full. Set maxmemory-policy noeviction.`,
    );
  }
  return {
    version: infoField(info, 'valkey_version') ?? infoField(info, 'redis_version') ?? 'unknown',
    usedMemoryBytes: Number(infoField(info, 'used_memory') ?? 0),
  };
}

/** A connection and the properties of its server. */
export interface QueueConnection {
  readonly redis: Redis;
  readonly address: string;
  readonly server: QueueServer;
}

/**
 * Connects to the queue and checks it.
 *
 * @throws EnlargerError `usage/invalid-option`, `queue/unreachable`, `queue/refused`.
 */
export async function connectQueue(
  url: string,
  environment: QueueEnvironment = process.env,
): Promise<QueueConnection> {
  const options = await queueAddress(url, environment);
  const address = addressOf(url);
  // The first attempt fails as it is; later ones are repeated for as long as the program runs.
  let isConnected = false;
  let lastError: unknown;
  const redis = new Redis({
    ...options,
    lazyConnect: true,
    connectTimeout: COMMAND_TIMEOUT_MS,
    // A command without a connection fails at once, so that the caller can use other machines instead of waiting.
    enableOfflineQueue: false,
    maxRetriesPerRequest: null,
    retryStrategy: () => (isConnected ? RECONNECT_MS : null),
  });
  redis.on('error', (error: unknown) => {
    lastError = error;
  });
  // The queue of every machine listens to it.
  redis.setMaxListeners(0);
  try {
    await within(redis.connect());
    const server = await checkServer(redis, address);
    isConnected = true;
    return { redis, address, server };
  } catch (error) {
    redis.disconnect();
    if (error instanceof EnlargerError) throw error;
    const cause = lastError ?? error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw (
      refusalOf(cause, address) ??
      refusalOf(error, address) ??
      new EnlargerError(
        'queue/unreachable',
        `The queue at ${address} cannot be reached: ${reason}. Is Redis running there?`,
        {},
        { cause },
      )
    );
  }
}

/** Whether the server is reachable; otherwise every command fails. */
export function isConnected(redis: Redis): boolean {
  return redis.status === 'ready';
}

/**
 * A second connection to the same server, for receiving work: its commands wait while the server is unreachable. If they
 * failed at once, BullMQ would repeat them without a pause.
 */
export function patientConnection(redis: Redis): Redis {
  const patient = redis.duplicate({ enableOfflineQueue: true });
  patient.on('error', () => undefined);
  patient.setMaxListeners(0);
  redis.once('end', () => {
    patient.disconnect();
  });
  return patient;
}
