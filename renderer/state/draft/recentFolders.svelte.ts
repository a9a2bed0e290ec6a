import { z } from 'zod';
import { placeSchema, type BatchSpec, type Destination, type Source } from '../../../core/api/batchSpec.ts';
import { hasImageExtension } from '../../../core/api/imageFormats.ts';
import type { ProgramInfo } from '../../../core/api/contract.ts';
import type { Memory } from '../panels.svelte.ts';
import { lastName } from './incoming.ts';

const KEY = 'recent.folders';
const MAX_KEPT = 8;

const folderSchema = z.union([placeSchema.options[0], placeSchema.options[2]]);

/** A folder that images were added from, or that results were saved to. */
export type RecentFolder = z.infer<typeof folderSchema>;

const keptSchema = z.object({
  inputs: z.array(folderSchema).max(MAX_KEPT),
  outputs: z.array(folderSchema).max(MAX_KEPT),
});
type Kept = Readonly<z.infer<typeof keptSchema>>;

const NOTHING: Kept = { inputs: [], outputs: [] };

/** The same for the same folder. */
export function keyOf(folder: RecentFolder): string {
  return folder.kind === 'path' ? `path ${folder.path}` : `root ${folder.rootId} ${folder.relative}`;
}

/** The folder of an image, or the folder itself. */
function folderOf(place: Source | Destination): RecentFolder | undefined {
  if (place.kind === 'path') {
    if (!hasImageExtension(place.path)) return place;
    const folder = place.path.replace(/[\\/][^\\/]*$/, '');
    return folder === '' || folder === place.path ? undefined : { kind: 'path', path: folder };
  }
  if (place.kind !== 'root') return undefined;
  if (!hasImageExtension(place.relative)) return place;
  return { ...place, relative: place.relative.split('/').slice(0, -1).join('/') };
}

/** Newer folders before older ones, each once. */
function joined(
  newer: readonly (RecentFolder | undefined)[],
  older: readonly RecentFolder[],
): RecentFolder[] {
  const byKey = new Map<string, RecentFolder>();
  for (const folder of [...newer, ...older]) {
    if (folder !== undefined && !byKey.has(keyOf(folder))) byKey.set(keyOf(folder), folder);
  }
  return [...byKey.values()].slice(0, MAX_KEPT);
}

function read(memory: Memory | undefined): Kept {
  try {
    return keptSchema.catch(NOTHING).parse(JSON.parse(memory?.getItem(KEY) ?? '{}'));
  } catch {
    return NOTHING; // not JSON
  }
}

/** Folders of the last batches, kept in this window only, until the user clears them. */
export class RecentFolders {
  readonly #memory: Memory | undefined;
  readonly #roots: ProgramInfo['roots'];
  #kept = $state.raw<Kept>(NOTHING);

  constructor(memory: Memory | undefined, roots: ProgramInfo['roots']) {
    this.#memory = memory;
    this.#roots = roots;
    this.#kept = read(memory);
  }

  get inputs(): readonly RecentFolder[] {
    return this.#kept.inputs.filter((folder) => this.#isOpen(folder));
  }

  get outputs(): readonly RecentFolder[] {
    return this.#kept.outputs.filter((folder) => this.#isOpen(folder));
  }

  get isEmpty(): boolean {
    return this.#kept.inputs.length === 0 && this.#kept.outputs.length === 0;
  }

  /** As people recognise it: the name, and the complete path. */
  wordsOf(folder: RecentFolder): { readonly name: string; readonly place: string } {
    if (folder.kind === 'path') return { name: lastName(folder.path), place: folder.path };
    const root = this.#roots.find(({ id }) => id === folder.rootId)?.name ?? '';
    const place = [root, folder.relative].filter((part) => part !== '').join('/');
    return { name: lastName(place), place };
  }

  note({ sources, destination }: Pick<BatchSpec, 'sources' | 'destination'>): void {
    this.#keep({
      inputs: joined(sources.map(folderOf), this.#kept.inputs),
      outputs: joined([folderOf(destination)], this.#kept.outputs),
    });
  }

  forget(): void {
    this.#keep(NOTHING);
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#memory?.setItem(KEY, JSON.stringify(kept));
  }

  /** Folders that were opened for an earlier run of the server are not available. */
  #isOpen(folder: RecentFolder): boolean {
    return folder.kind === 'path' || this.#roots.some(({ id }) => id === folder.rootId);
  }
}
