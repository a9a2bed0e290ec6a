import { Hono } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { EventMailbox } from './eventMailbox.ts';
import { refusalBody } from './refusals.ts';
import type { ServerContext, ServerEnvironment } from './serverContext.ts';
import { readersOnly } from './sessionRoutes.ts';

const HEARTBEAT_MS = 15_000;

/** One for each window; each occupies one of the server's connections. */
const MAX_STREAMS = 16;

/** Sends the host's events until the client disconnects. */
async function sendEvents(stream: SSEStreamingApi, { host, hider }: ServerContext): Promise<void> {
  const mailbox = new EventMailbox();
  let wake = (): void => undefined;
  let isBeatDue = true; // the first one shows that the stream is open
  const unsubscribe = host.subscribe((event) => {
    mailbox.put(event);
    wake();
  });
  const heartbeat = setInterval(() => {
    isBeatDue = true;
    wake();
  }, HEARTBEAT_MS);
  stream.onAbort(() => wake());
  try {
    while (!stream.aborted) {
      if (isBeatDue) await stream.write(': alive\n\n');
      isBeatDue = false;
      const events = mailbox.takeAll();
      // A write ends when the client has received it; meanwhile newer events replace older ones in the mailbox.
      for (const event of events) await stream.writeSSE({ data: JSON.stringify(hider.hide(event)) });
      if (events.length > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    clearInterval(heartbeat);
    unsubscribe();
  }
}

/** `GET /api/events`: the host's events as Server-Sent Events. */
export function eventRoutes(context: ServerContext): Hono<ServerEnvironment> {
  let streams = 0;
  const routes = new Hono<ServerEnvironment>();
  routes.get('/', readersOnly(context.sessions), (c) => {
    if (c.req.method !== 'GET' || streams >= MAX_STREAMS) {
      return c.json(refusalBody({ code: 'request/invalid', message: 'Too many windows are open.' }), 503);
    }
    streams++;
    return streamSSE(c, async (stream) => {
      try {
        await sendEvents(stream, context);
      } finally {
        streams--;
      }
    });
  });
  return routes;
}
