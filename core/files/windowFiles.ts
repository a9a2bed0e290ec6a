import { readdirSync } from 'node:fs';
import path from 'node:path';

/** A file of the built window, which is served under one fixed address. */
export interface WindowFile {
  readonly file: string;
  readonly contentType: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
};

/**
 * The files of the built window. Only what is in this table is ever served, so that no part of a request becomes part of
 * a path; files of other kinds are left out.
 *
 * @returns Files by address; `/` is the page itself.
 * @throws Error if the folder does not contain `index.html`: the window was not built.
 */
export function windowFiles(folder: string): ReadonlyMap<string, WindowFile> {
  const files = new Map<string, WindowFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const contentType = CONTENT_TYPES[path.extname(entry.name).toLowerCase()];
    if (!entry.isFile() || contentType === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(`/${path.relative(folder, file).replaceAll(path.sep, '/')}`, { file, contentType });
  }
  const page = files.get('/index.html');
  if (page === undefined) throw new Error(`${folder} does not contain index.html; run "npm run build".`);
  return files.set('/', page);
}

/**
 * The headers of every answer to the window, on the desktop and in browsers: nothing inline, nothing evaluated, nothing
 * from other origins.
 *
 * @param imageSources Where images come from, besides the window's origin and images that are being dropped.
 */
export function windowHeaders(...imageSources: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ['img-src', "'self'", ...imageSources, 'blob:'].join(' '),
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
