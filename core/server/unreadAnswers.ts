import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A client that does not read its answer for this long is cut off. */
const UNREAD_MS = 60_000;

const LOOK_EVERY_MS = 5_000;

interface Progress {
  readonly sentBytes: number;
  readonly sinceMs: number;
}

/**
 * Cuts off clients that do not read their answers: each occupies one of the server's few connections, and the memory
 * of its answer.
 *
 * @param unreadMs How long an answer may wait without any of it being read.
 * @param now A clock that only goes forward, in milliseconds.
 * @returns Checks all connections once; called regularly until the server closes.
 */
export function closeUnreadAnswers(
  server: Server,
  unreadMs = UNREAD_MS,
  now: () => number = () => performance.now(),
): () => void {
  const sockets = new Map<Socket, Progress>();
  server.on('connection', (socket) => {
    sockets.set(socket, { sentBytes: 0, sinceMs: now() });
    socket.once('close', () => sockets.delete(socket));
  });
  const look = (): void => {
    for (const [socket, { sentBytes, sinceMs }] of sockets) {
      // Buffered bytes count as written.
      const sent = socket.bytesWritten - socket.writableLength;
      const isMoving = sent !== sentBytes || socket.writableLength === 0;
      if (isMoving) sockets.set(socket, { sentBytes: sent, sinceMs: now() });
      else if (now() - sinceMs >= unreadMs) socket.destroy();
    }
  };
  const timer = setInterval(look, Math.min(LOOK_EVERY_MS, unreadMs));
  timer.unref();
  server.once('close', () => {
    clearInterval(timer);
  });
  return look;
}
