import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { EnlargerError } from '../core/api/errors.ts';
import type { MediaContent, MediaService, TileAddress } from '../core/media/mediaService.ts';

/** `/<id>` or `/<id>/<level>/<column>/<row>`; nothing else is an address. */
const ADDRESS = /^\/([A-Za-z0-9_-]{16,64})(?:\/(\d{1,2})\/(\d{1,6})\/(\d{1,6}))?$/;

function parseTile(groups: readonly (string | undefined)[]): TileAddress | undefined {
  const [level, column, row] = groups;
  if (level === undefined || column === undefined || row === undefined) return undefined;
  return { level: Number(level), column: Number(column), row: Number(row) };
}

function body({ bytes, file }: MediaContent): Uint8Array<ArrayBuffer> | ReadableStream {
  // A copy: a response needs memory that is not shared.
  if (bytes !== undefined) return new Uint8Array(bytes);
  if (file === undefined) throw new Error('Media content has neither bytes nor a file.');
  return Readable.toWeb(createReadStream(file)) as ReadableStream;
}

function refusal(status: number): Response {
  return new Response(null, { status });
}

/** Only images are shown; anything else that the host offers is saved by `saveFile`, never displayed. */
function isShown(contentType: string): boolean {
  return /^image\/(png|jpeg|webp|avif)$/.test(contentType);
}

/** Answers the window's request for an image of the host. It can request ids only. */
export async function mediaAnswer(
  media: Pick<MediaService, 'read'>,
  request: Pick<Request, 'url' | 'method'>,
): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const [, id, ...tile] = ADDRESS.exec(pathname) ?? [];
  if (request.method !== 'GET' || host !== 'bundle' || id === undefined) return refusal(404);
  try {
    const content = await media.read(id, parseTile(tile));
    if (!isShown(content.contentType)) return refusal(403);
    return new Response(body(content), {
      headers: {
        'Content-Type': content.contentType,
        'X-Content-Type-Options': 'nosniff',
        // The page and its images have different origins.
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': 'private, max-age=3600',
      },
    });
  } catch (error) {
    if (error instanceof EnlargerError) return refusal(404);
    throw error;
  }
}
