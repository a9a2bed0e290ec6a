import { readdirSync } from 'node:fs';
import path from 'node:path';

export function imagesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(png|jpe?g|webp|tiff?)$/i.test(name))
    .toSorted()
    .map((name) => path.join(folder, name));
}

/** `count` of the items, evenly spread over the list. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, items.length / count);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}
