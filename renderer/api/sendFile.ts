import type { Reply } from '../../core/api/contract.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import type { SendProgress } from './connection.ts';

interface SendOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly onProgress: SendProgress;
}

/**
 * Sends a file to the local server. (`fetch` does not report how much of a body was sent.)
 *
 * @throws EnlargerError `host/unreachable`, or `job/cancelled` when `signal` was aborted.
 */
export function sendFile(
  file: File,
  { headers, onProgress }: SendOptions,
  signal: AbortSignal,
): Promise<Reply<unknown>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    request.open('PUT', `/api/uploads?name=${encodeURIComponent(file.name)}`);
    request.responseType = 'json';
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1);
    request.onabort = () => reject(new EnlargerError('job/cancelled', `${file.name} was not sent.`));
    request.onload = () => {
      if (request.response === null) reject(lost(file));
      else resolve(request.response as Reply<unknown>);
    };
    request.onerror = () => reject(lost(file));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    if (signal.aborted) reject(new EnlargerError('job/cancelled', `${file.name} was not sent.`));
    else request.send(file);
  });
}

function lost(file: File): EnlargerError {
  return new EnlargerError('host/unreachable', `${file.name} could not be sent. Is Enlarger still running?`);
}
