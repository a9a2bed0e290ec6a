import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { SourcePlace } from '../../core/api/batchSpec.ts';
import type { Rect, Size } from '../../core/api/image.ts';
import type { RootEntry } from '../../core/api/views.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import type { StandInMedia, StandInImage } from './standInHost/standInMedia.ts';

const TILE_PX = 256;

interface Medium {
  readonly type: string;
  /** The bytes at an address below the medium's own, e.g. a tile's. */
  readonly bytes: (below: string) => Promise<Buffer>;
}

/** Real pixels for the stand-in: uploads and the images of a folder, as thumbnails, pyramids and previews. */
export class StandInImages implements StandInMedia {
  readonly #media = new Map<string, Medium>();
  readonly #uploads = new Map<string, { readonly name: string; readonly bytes: Buffer }>();
  readonly #samples: ReadonlyMap<string, Buffer>;
  /** On the disk of every folder. */
  freeBytes = 21e9;

  /** @param folder Its images are what `path` sources find by their name; absolute paths are read. */
  constructor(folder: string) {
    const names = readdirSync(folder).filter((name) => /\.(jpg|png|webp)$/.test(name));
    this.#samples = new Map(names.map((name) => [name, readFileSync(path.join(folder, name))]));
  }

  addUpload(name: string, bytes: Buffer): string {
    const uploadId = randomUUID();
    this.#uploads.set(uploadId, { name, bytes });
    return uploadId;
  }

  /** @throws EnlargerError `media/not-found` for an address that was never given out. */
  async read(address: string): Promise<{ readonly type: string; readonly bytes: Buffer }> {
    const [id = '', ...below] = address.split('/');
    const medium = this.#media.get(id);
    if (medium === undefined) throw new EnlargerError('media/not-found', `There is no image ${id}.`);
    return { type: medium.type, bytes: await medium.bytes(below.join('/')) };
  }

  async find(source: SourcePlace): Promise<readonly StandInImage[]> {
    if (source.kind === 'upload') {
      const upload = this.#uploads.get(source.uploadId);
      if (upload === undefined) throw new EnlargerError('upload/not-found', 'There is no such upload.');
      return [await describe(upload.name, upload.bytes)];
    }
    if (source.kind === 'path' && path.isAbsolute(source.path) && existsSync(source.path)) {
      const [name, bytes] = [path.basename(source.path), readFileSync(source.path)];
      this.#uploads.set(source.path, { name, bytes });
      return [{ ...(await describe(name, bytes)), path: source.path }];
    }
    const all = await Promise.all([...this.#samples].map(([name, bytes]) => describe(name, bytes)));
    if (source.kind === 'path' && source.path === 'sample') return all.slice(0, 1);
    const place = source.kind === 'path' ? source.path : source.relative;
    const named = all.filter(({ name }) => place.endsWith(name));
    return named.length > 0 ? named : all.map((image) => ({ ...image, path: `${place}/${image.name}` }));
  }

  thumbnail(image: StandInImage): string | undefined {
    const bytes = this.#bytesOf(image);
    return this.#add('image/webp', () => sharp(bytes).resize(96, 96, { fit: 'cover' }).webp().toBuffer());
  }

  async pyramid(image: StandInImage, size: Size): Promise<{ media: string; tilePx: number; levels: number }> {
    const bytes = this.#bytesOf(image);
    const levels = Math.max(1, Math.ceil(Math.log2(Math.max(size.width, size.height) / TILE_PX)) + 1);
    const media = this.#add('image/webp', async (below) => {
      const [level = 0, column = 0, row = 0] = below.split('/').map(Number);
      return tileOf(bytes, { size, level, column, row });
    });
    return { media, tilePx: TILE_PX, levels };
  }

  async preview(image: StandInImage, crop: Rect, size: Size): Promise<{ enlarged: string; bicubic: string }> {
    const bytes = this.#bytesOf(image);
    const area = { left: crop.x, top: crop.y, width: crop.width, height: crop.height };
    const cut = sharp(bytes)
      .extract(area)
      .resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' });
    const sharpened = await cut.clone().sharpen({ sigma: 1.2 }).webp().toBuffer();
    const plain = await cut.clone().webp().toBuffer();
    return {
      enlarged: this.#add('image/webp', async () => sharpened),
      bicubic: this.#add('image/webp', async () => plain),
    };
  }

  file(_name: string, content: string): string {
    return this.#add('application/octet-stream', async () => Buffer.from(content));
  }

  folder(relative: string): readonly RootEntry[] {
    const images = [...this.#samples.keys()].map((name) => ({ kind: 'picture' as const, name }));
    return relative === '' ? [{ kind: 'folder', name: 'Trip' }, ...images] : images.slice(0, 2);
  }

  #add(type: string, bytes: Medium['bytes']): string {
    const id = randomUUID();
    this.#media.set(id, { type, bytes });
    return id;
  }

  #bytesOf({ name }: StandInImage): Buffer {
    const upload = [...this.#uploads.values()].find((one) => one.name === name);
    const bytes = upload?.bytes ?? this.#samples.get(name);
    if (bytes === undefined) throw new Error(`No bytes of ${name}.`);
    return bytes;
  }
}

/** A file that is not an image has the size 0 × 0. */
async function describe(name: string, bytes: Buffer): Promise<StandInImage> {
  const size = await sharp(bytes)
    .metadata()
    .then(({ width, height }) => ({ width, height }))
    .catch(() => ({ width: 0, height: 0 }));
  return { name, size, sizeBytes: bytes.length };
}

interface Tile {
  readonly size: Size;
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

async function tileOf(bytes: Buffer, { size, level, column, row }: Tile): Promise<Buffer> {
  const width = Math.max(1, Math.ceil(size.width / 2 ** level));
  const height = Math.max(1, Math.ceil(size.height / 2 ** level));
  const left = column * TILE_PX;
  const top = row * TILE_PX;
  const whole = await sharp(bytes).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  return sharp(whole, { raw: { width, height, channels: 3 } })
    .extract({ left, top, width: Math.min(TILE_PX, width - left), height: Math.min(TILE_PX, height - top) })
    .webp()
    .toBuffer();
}
