import type { IncomingMessage } from 'node:http';
import { EnlargerError } from '../api/errors.ts';

/** A batch of 100,000 images named by their ids has about 8 MB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const BODY_TIMEOUT_MS = 30_000;

function invalid(message: string): EnlargerError {
  return new EnlargerError('request/invalid', message);
}

/**
 * Reads a body, with limits on its length and its time.
 *
 * @param maxBytes Limits the memory that a stranger can occupy; only signed-in browsers may send more.
 * @throws EnlargerError `request/invalid`.
 */
export async function readJson(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw invalid('The request is too large.');
  const timer = setTimeout(
    () => request.destroy(invalid('The request was not sent in time.')),
    BODY_TIMEOUT_MS,
  );
  try {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw invalid('The request is too large.');
      chunks.push(chunk);
    }
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw error instanceof EnlargerError ? error : invalid('The request is not JSON.');
  } finally {
    clearTimeout(timer);
  }
}
