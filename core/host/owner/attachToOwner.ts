import net from 'node:net';
import { z } from 'zod';
import {
  METHOD_NAMES,
  type EnlargerApi,
  type EnlargerHost,
  type HostEvent,
  type MethodName,
  type Reply,
} from '../../api/contract.ts';
import { EnlargerError, fromErrorDto } from '../../api/errors.ts';
import { readOwner } from '../../store/ownerFile.ts';
import { readLines } from './readLines.ts';

/** A host that runs in another process. */
export interface AttachedHost extends EnlargerHost {
  /** A description of the owner for people. */
  readonly purpose: string;
  close(): void;
}

/** What arrives through the socket; the messages themselves follow the contract, since the owner is the same program. */
const messageSchema = z.union([
  z.object({ id: z.number(), reply: z.custom<Reply<unknown>>() }),
  z.object({ event: z.custom<HostEvent>() }),
]);

function gone(): EnlargerError {
  return new EnlargerError('host/unreachable', 'The program that keeps the list of jobs has ended.');
}

/** Calls through a socket, each answered by its number. */
class Connection {
  readonly #socket: net.Socket;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly listeners = new Set<(event: HostEvent) => void>();
  #lastId = 0;

  constructor(socket: net.Socket, token: string) {
    this.#socket = socket;
    readLines(socket, (line) => {
      this.#receive(line);
    });
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(gone());
      this.#waiting.clear();
    });
    socket.write(`${JSON.stringify({ token })}\n`);
  }

  call(method: MethodName, input: unknown): Promise<unknown> {
    if (!this.#socket.writable) return Promise.reject(gone());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, method, input })}\n`);
    });
  }

  #receive(line: string): void {
    const message = messageSchema.parse(JSON.parse(line));
    if ('event' in message) {
      for (const listener of this.listeners) listener(message.event);
      return;
    }
    const call = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.reply.ok) call?.resolve(message.reply.value);
    else call?.reject(fromErrorDto(message.reply.error));
  }

  close(): void {
    this.#socket.destroy();
  }
}

function connect(address: string): Promise<net.Socket | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(undefined);
    });
  });
}

/**
 * Attaches to the process that owns a data folder's store.
 *
 * @returns Undefined if no process answers there.
 */
export async function attachToOwner(folder: string): Promise<AttachedHost | undefined> {
  const owner = readOwner(folder);
  if (owner?.door === undefined) return undefined;
  const socket = await connect(owner.door.address);
  if (socket === undefined) return undefined;
  const connection = new Connection(socket, owner.door.token);
  socket.on('error', () => undefined);
  // Every name of the contract is bound to its own call, so the record is the contract.
  const api = Object.fromEntries(
    METHOD_NAMES.map((name) => [name, (input: unknown) => connection.call(name, input)]),
  ) as EnlargerApi;
  return {
    api,
    purpose: owner.purpose,
    subscribe: (listener) => {
      connection.listeners.add(listener);
      return () => {
        connection.listeners.delete(listener);
      };
    },
    close: () => {
      connection.close();
    },
  };
}
