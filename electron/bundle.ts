import { readFile } from 'node:fs/promises';
import { windowFiles, windowHeaders, type WindowFile } from '../core/files/windowFiles.ts';

const SECURITY_HEADERS = windowHeaders('media:');

function refusal(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...SECURITY_HEADERS, 'Content-Type': 'text/plain' } });
}

/** The window's page and its files; a request is compared with their addresses exactly as it arrived. */
export class Bundle {
  readonly #files: ReadonlyMap<string, WindowFile>;

  /** @throws Error if the window was not built. */
  constructor(folder: string) {
    this.#files = windowFiles(folder);
  }

  /** Answers a request of the window; GET only. */
  async answer(request: Pick<Request, 'url' | 'method'>): Promise<Response> {
    if (request.method !== 'GET') return refusal(405, 'Only GET.');
    const { host, pathname } = new URL(request.url);
    const found = host === 'bundle' ? this.#files.get(pathname) : undefined;
    if (found === undefined) return refusal(404, 'Not here.');
    return new Response(await readFile(found.file), {
      headers: { ...SECURITY_HEADERS, 'Content-Type': found.contentType },
    });
  }
}
