import { z } from 'zod';
import type { HostEvent, Reply } from '../../core/api/contract.ts';
import { EnlargerError, fromErrorDto } from '../../core/api/errors.ts';
import { apiOverCalls } from './callReply.ts';
import type { Call } from './callReply.ts';
import type { Connection } from './connection.ts';
import { sendFile } from './sendFile.ts';

const CSRF_HEADER = 'X-Enlarger-CSRF';

const sessionSchema = z.object({ csrf: z.string().min(1), instanceId: z.string() });

function unreachable(cause: unknown): EnlargerError {
  return new EnlargerError(
    'host/unreachable',
    'Enlarger does not answer. Is it still running?',
    {},
    { cause },
  );
}

/** Fetches a reply; anything else counts as an unreachable host. */
async function fetchReply(url: string, init: RequestInit): Promise<Reply<unknown>> {
  try {
    const response = await fetch(url, { credentials: 'same-origin', ...init });
    return (await response.json()) as Reply<unknown>;
  } catch (error) {
    throw unreachable(error);
  }
}

function valueOf(reply: Reply<unknown>): unknown {
  if (!reply.ok) throw fromErrorDto(reply.error);
  return reply.value;
}

/** The one-time token of the link that the program printed, removed from the address so that it is not copied with it. */
function takeToken(location: Location): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('t') ?? undefined;
  if (token !== undefined) history.replaceState(null, '', location.pathname);
  return token;
}

/** Opens a session with the link's token, or finds the one that a reloaded page still has. */
async function openSession(location: Location): Promise<z.infer<typeof sessionSchema>> {
  const token = takeToken(location);
  const reply =
    token === undefined
      ? await fetchReply('/api/session', { method: 'GET' })
      : await fetchReply('/api/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ token }),
        });
  return sessionSchema.parse(valueOf(reply));
}

function callOver(csrf: string): Call {
  return (method, input) =>
    fetchReply(`/api/${method}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [CSRF_HEADER]: csrf },
      body: JSON.stringify(input),
    });
}

/** One stream of events for all listeners; the browser itself connects again after a break. */
function openEvents(): Pick<Connection, 'subscribe' | 'watchLink'> {
  const listeners = new Set<(event: HostEvent) => void>();
  const linkListeners = new Set<(isUp: boolean) => void>();
  const stream = new EventSource('/api/events');
  stream.onmessage = ({ data }: MessageEvent<string>) => {
    const event = JSON.parse(data) as HostEvent;
    for (const listener of listeners) listener(event);
  };
  stream.onerror = () => {
    for (const listener of linkListeners) listener(false);
  };
  stream.onopen = () => {
    for (const listener of linkListeners) listener(true);
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchLink: (listener) => {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
  };
}

/**
 * The connection of a browser window with the local server that it was loaded from.
 *
 * @throws EnlargerError `request/forbidden` without a valid link, `host/unreachable` if there is no answer.
 */
export async function connectHttp(location: Location): Promise<Connection> {
  const { csrf } = await openSession(location);
  const api = apiOverCalls(callOver(csrf));
  return {
    api,
    info: await api.getProgramInfo({}),
    ...openEvents(),
    mediaUrl: (media) => `/media/${media}`,
    upload: async (file, onProgress, signal) => {
      const reply = await sendFile(file, { headers: { [CSRF_HEADER]: csrf }, onProgress }, signal);
      const { uploadId } = z.object({ uploadId: z.string() }).parse(valueOf(reply));
      return { kind: 'upload', uploadId };
    },
  };
}
