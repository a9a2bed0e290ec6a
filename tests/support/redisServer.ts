import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Tests that need a server are skipped without one: `apt-get install redis-server`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.warn('redis-server is not installed: the tests of the queue are skipped.');

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, like a crash; it keeps nothing on disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

async function untilAnswers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await answers(port)) return;
    await delay(50);
  }
  throw new Error(`redis-server does not answer on port ${port}`);
}

/** Starts a Redis for the test, on this machine only, without files. */
export function startRedis(...options: readonly string[]): Promise<RedisServer> {
  return startServer('redis', (port) => ['--port', String(port), ...options]);
}

/** A certificate for this machine, signed by itself, and its key, as files in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate with OpenSSL; undefined where that is not installed. */
export function makeCertificate(folder: string): Certificate | undefined {
  const files = { certificate: path.join(folder, 'certificate.pem'), key: path.join(folder, 'key.pem') };
  const { status } = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', files.key, '-out', files.certificate],
  ]);
  return status === 0 ? files : undefined;
}

/** The same with TLS only. */
export function startTlsRedis(
  { certificate, key }: Certificate,
  ...options: readonly string[]
): Promise<RedisServer> {
  return startServer('rediss', (port) => [
    ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', certificate, '--tls-key-file', key, ...options],
  ]);
}

async function startServer(
  protocol: 'redis' | 'rediss',
  argumentsFor: (port: number) => readonly string[],
): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-redis-'));
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--dir', folder, '--save', '', ...argumentsFor(port)];
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url: `${protocol}://127.0.0.1:${port}`,
    port,
    start: async () => {
      child = spawn('redis-server', args, { stdio: 'ignore' });
      await untilAnswers(port);
    },
    kill: async () => {
      const running = child;
      child = undefined;
      if (running === undefined) return;
      await new Promise((resolve) => {
        running.once('exit', resolve);
        running.kill('SIGKILL');
      });
    },
    close: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
