import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { windowFiles, type WindowFile } from '../files/windowFiles.ts';

export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
}

function readAsset({ file, contentType }: WindowFile): Asset {
  const bytes = new Uint8Array(readFileSync(file));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, contentType, etag };
}

/**
 * Reads the window's files once; no later request reaches the file system.
 *
 * @returns Contents by address; `/` is the page itself.
 * @throws Error if the window was not built.
 */
export function loadAssets(folder: string): ReadonlyMap<string, Asset> {
  const files = [...windowFiles(folder)];
  return new Map(files.map(([address, file]) => [address, readAsset(file)]));
}
