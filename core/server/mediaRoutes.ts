import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Hono, type Context } from 'hono';
import { EnlargerError } from '../api/errors.ts';
import type { MediaContent, TileAddress } from '../media/mediaService.ts';
import type { ServerContext, ServerEnvironment } from './serverContext.ts';
import { readersOnly } from './sessionRoutes.ts';

const ID = '/:id{[A-Za-z0-9_-]{16,64}}';

/** Content types that a browser displays without running anything; all others are only saved. */
const SHOWN = /^image\/(png|jpeg|webp|avif|gif)$/;

function notFound(): EnlargerError {
  return new EnlargerError('media/not-found', 'There is no such image.');
}

/** `attachment` with the name in plain letters and, for all others, in UTF-8 (RFC 6266, RFC 8187). */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^A-Za-z0-9 ._-]/g, '_');
  const encoded = encodeURIComponent(Buffer.from(fileName).toString()).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function headersOf({ contentType, fileName }: MediaContent): Record<string, string> {
  return {
    'Content-Type': contentType,
    // The content of an id never changes.
    'Cache-Control': 'private, max-age=86400, immutable',
    ...(fileName !== undefined || !SHOWN.test(contentType)
      ? { 'Content-Disposition': attachment(fileName ?? 'download') }
      : {}),
  };
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One range from a known start, as browsers request to resume a download; anything else gets the whole file. */
function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === undefined) return undefined;
  const end = to === undefined || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  return Number(from) <= end ? { start: Number(from), end } : undefined;
}

async function sendFile(
  c: Context<ServerEnvironment>,
  file: string,
  headers: Record<string, string>,
): Promise<Response> {
  const { size } = await stat(file).catch(() => {
    throw notFound();
  });
  const range = rangeOf(c.req.header('Range'), size);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const all = { ...headers, 'Accept-Ranges': 'bytes', 'Content-Length': String(end - start + 1) };
  const partial = range && { 'Content-Range': `bytes ${start}-${end}/${size}` };
  if (c.req.method === 'HEAD' || size === 0) return c.body(null, 200, all);
  const body = Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream; // Node's own type of the same thing
  return c.body(body, range === undefined ? 200 : 206, { ...all, ...partial });
}

/** `GET /media/<id>`, and `/media/<id>/<level>/<column>/<row>` for a tile of a large image. */
export function mediaRoutes({ media, sessions }: ServerContext): Hono<ServerEnvironment> {
  const answer = async (c: Context<ServerEnvironment>, id: string, tile?: TileAddress): Promise<Response> => {
    const content = await media.read(id, tile);
    const headers = headersOf(content);
    if (content.file !== undefined) return sendFile(c, content.file, headers);
    return c.body(new Uint8Array(content.bytes ?? []), 200, headers);
  };
  const routes = new Hono<ServerEnvironment>();
  routes.use(readersOnly(sessions));
  routes.get(ID, (c) => answer(c, c.req.param('id')));
  routes.get(`${ID}/:level{[0-9]{1,2}}/:column{[0-9]{1,6}}/:row{[0-9]{1,6}}`, (c) => {
    const { id, level, column, row } = c.req.param();
    return answer(c, id, { level: Number(level), column: Number(column), row: Number(row) });
  });
  return routes;
}
