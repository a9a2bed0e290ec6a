import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { METHOD_NAMES, type EnlargerHost, type MethodName } from '../../api/contract.ts';
import { toErrorDto } from '../../api/errors.ts';
import { noteOwner } from '../../store/ownerFile.ts';
import { readLines } from './readLines.ts';

/** The longest socket path that every system accepts. */
const MAX_SOCKET_PATH_BYTES = 100;

const greetingSchema = z.object({ token: z.string() });
const callSchema = z.object({ id: z.number(), method: z.string(), input: z.unknown() });

/** A server that other processes of this user connect to. */
export interface IpcServer {
  close(): Promise<void>;
}

function addressFor(folder: string): string {
  const name = `enlarger-${createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const inside = path.join(folder, 'owner.sock');
  return Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES ? inside : path.join(os.tmpdir(), `${name}.sock`);
}

function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function isMethod(name: string): name is MethodName {
  return METHOD_NAMES.some((known) => known === name);
}

async function answer(host: EnlargerHost, line: string): Promise<object> {
  const { id, method, input } = callSchema.parse(JSON.parse(line));
  try {
    if (!isMethod(method)) throw new TypeError(`There is no method ${method}.`);
    // The host parses the input by the method's own schema.
    const call: (input: never) => Promise<unknown> = host.api[method];
    return { id, reply: { ok: true, value: await call(input as never) } };
  } catch (error) {
    return { id, reply: { ok: false, error: toErrorDto(error) } };
  }
}

/** Serves one client: the token first, then calls, each a line of JSON. Any other client is disconnected. */
function serveClient(socket: net.Socket, host: EnlargerHost, token: string): void {
  let stop: (() => void) | undefined;
  const send = (message: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
  const greet = (line: string): void => {
    if (!isEqual(greetingSchema.parse(JSON.parse(line)).token, token)) throw new Error('wrong token');
    stop = host.subscribe((event) => {
      // Progress is dropped for a reader that does not keep up; it requests the page again.
      if (socket.writableLength === 0 || event.type !== 'jobs-changed') send({ event });
    });
  };
  const receive = async (line: string): Promise<void> => {
    try {
      if (stop === undefined) greet(line);
      else send(await answer(host, line));
    } catch {
      // A foreign client gets no reply, so that it learns nothing.
      socket.destroy();
    }
  };
  readLines(socket, (line) => void receive(line));
  socket.on('error', () => undefined);
  socket.on('close', () => stop?.());
}

/**
 * Opens the IPC server of a store's owner, so that a second process can use the same list instead of another: a socket that
 * only this user can open, and a token that only this user can read.
 *
 * @param folder The data folder; its store must be owned by this process.
 */
export async function openIpcServer(host: EnlargerHost, folder: string, purpose: string): Promise<IpcServer> {
  const address = addressFor(folder);
  const token = randomBytes(24).toString('base64url');
  const clients = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serveClient(socket, host, token);
  });
  // The owner of the store owns its socket: one that exists was left by a process that has ended.
  if (process.platform !== 'win32') rmSync(address, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  if (process.platform !== 'win32') chmodSync(address, 0o600);
  noteOwner(folder, { pid: process.pid, purpose, door: { address, token } });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const client of clients) client.destroy();
      }),
  };
}
