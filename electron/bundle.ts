import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Nothing inline, nothing evaluated, nothing from elsewhere; images from the host, and those being dropped. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' media: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

interface BundleFile {
  readonly file: string;
  readonly contentType: string;
}

function refusal(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...SECURITY_HEADERS, 'Content-Type': 'text/plain' } });
}

/**
 * The window's page and what belongs to it, under addresses that are listed once. A request is looked up in that list as
 * it came; no part of an address ever becomes part of a path.
 */
export class Bundle {
  readonly #files: ReadonlyMap<string, BundleFile>;

  private constructor(files: ReadonlyMap<string, BundleFile>) {
    this.#files = files;
  }

  /**
   * Lists a folder of built files; others than those of `CONTENT_TYPES` are not served.
   *
   * @throws Error when it has no `index.html`: the program was not built.
   */
  static async open(folder: string): Promise<Bundle> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = new Map<string, BundleFile>();
    for (const entry of entries) {
      const contentType = CONTENT_TYPES[path.extname(entry.name)];
      if (!entry.isFile() || contentType === undefined) continue;
      const file = path.join(entry.parentPath, entry.name);
      files.set(`/${path.relative(folder, file).replaceAll(path.sep, '/')}`, { file, contentType });
    }
    const page = files.get('/index.html');
    if (page === undefined) throw new Error(`${folder} has no index.html; run "npm run build".`);
    files.set('/', page);
    return new Bundle(files);
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
