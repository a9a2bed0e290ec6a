import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import type { MediaContent, TileAddress } from '../../../core/media/mediaService.ts';
import { mediaAnswer } from '../../../electron/mediaAnswer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const ID = 'a1B2c3D4e5F6g7H8i9J0k_';

/** Knows one image, and remembers what was requested. */
class OneMedium {
  readonly asked: (TileAddress | undefined)[] = [];
  readonly #content: MediaContent;

  constructor(content: MediaContent) {
    this.#content = content;
  }

  read(media: string, tile?: TileAddress): Promise<MediaContent> {
    this.asked.push(tile);
    if (media === ID) return Promise.resolve(this.#content);
    return Promise.reject(new EnlargerError('media/not-found', 'Not here.'));
  }
}

const PNG: MediaContent = { contentType: 'image/png', bytes: new Uint8Array([1, 2, 3]) };

test('an image is sent with its type, and a tile by its address', async () => {
  const media = new OneMedium(PNG);
  const whole = await mediaAnswer(media, { url: `media://bundle/${ID}`, method: 'GET' });
  expect(new Uint8Array(await whole.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  expect(whole.headers.get('content-type')).toBe('image/png');
  await mediaAnswer(media, { url: `media://bundle/${ID}/2/10/3`, method: 'GET' });
  expect(media.asked).toEqual([undefined, { level: 2, column: 10, row: 3 }]);
});

test('a file is streamed completely', async () => {
  const file = path.join(temporaryFolder(), 'large.png');
  const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
  writeFileSync(file, bytes);
  const answer = await mediaAnswer(new OneMedium({ contentType: 'image/png', file }), {
    url: `media://bundle/${ID}`,
    method: 'GET',
  });
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
});

test.each([
  `media://bundle/${ID.slice(0, -1)}x`,
  `media://elsewhere/${ID}`,
  `media://bundle/${ID}/..%2f..%2fetc%2fpasswd`,
  'media://bundle/..%2f..%2fetc%2fpasswd',
  'media://bundle/etc/passwd',
  `media://bundle/${ID}/0/1`,
  `media://bundle/${ID}/0/1/-1`,
  'media://bundle/',
])('%s is not found', async (url) => {
  expect((await mediaAnswer(new OneMedium(PNG), { url, method: 'GET' })).status).toBe(404);
});

test.each(['text/html', 'image/svg+xml', 'application/octet-stream'])(
  '%s is never shown',
  async (contentType) => {
    const answer = await mediaAnswer(new OneMedium({ ...PNG, contentType }), {
      url: `media://bundle/${ID}`,
      method: 'GET',
    });
    expect(answer.status).toBe(403);
  },
);
