import type { Source } from '../../../core/api/batchSpec.ts';
import type { InspectedSources } from '../../../core/api/views.ts';
import type { Connection } from '../../api/connection.ts';
import { keepPasted } from '../../api/keepPasted.ts';
import { identityOf, lastName, placeOf } from './incoming.ts';
import type { Incoming } from './incoming.ts';

type Inspect = (source: Source) => Promise<InspectedSources>;
type Image = InspectedSources['pictures'][number];

/** One thing that was dropped: an image, or a folder with many. It is sent if necessary, then inspected. */
export class DraftSource {
  readonly key: string;
  /** The same for the same file. */
  readonly identity: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly thumbnail: string | undefined;
  readonly #incoming: Incoming;
  readonly #connection: Connection;
  readonly #stop = new AbortController();
  #source = $state.raw<Source | undefined>(undefined);
  #state = $state<'sending' | 'reading' | 'ready'>('reading');
  #sentShare = $state(0);
  #isPasted = $state(false);
  #images = $state.raw<readonly Image[]>([]);
  #refused = $state.raw<InspectedSources['refused']>([]);
  #earlierResults = $state(0);

  constructor(incoming: Incoming, connection: Connection) {
    this.key = crypto.randomUUID();
    this.#incoming = incoming;
    this.identity = identityOf(incoming);
    this.#connection = connection;
    const file = incoming.kind === 'file' ? incoming.file : undefined;
    this.name = nameOf(incoming);
    this.sizeBytes = file?.size ?? 0;
    this.thumbnail = file !== undefined && isShownByBrowsers(file) ? URL.createObjectURL(file) : undefined;
  }

  get source(): Source | undefined {
    return this.#source;
  }

  get state(): 'sending' | 'reading' | 'ready' {
    return this.#state;
  }

  /** Whether it was pasted without a file, and the desktop program keeps it. */
  get isPasted(): boolean {
    return this.#isPasted;
  }

  get sentShare(): number {
    return this.#sentShare;
  }

  get images(): readonly Image[] {
    return this.#images;
  }

  get refused(): InspectedSources['refused'] {
    return this.#refused;
  }

  /** Results of earlier batches in the folder, which are not enlarged again. */
  get earlierResults(): number {
    return this.#earlierResults;
  }

  /** @throws EnlargerError when the file cannot be sent or nothing is there. */
  async open(inspect: Inspect): Promise<void> {
    this.#source = await this.#toSource();
    this.#state = 'reading';
    await this.inspectAgain(inspect);
    this.#state = 'ready';
  }

  async inspectAgain(inspect: Inspect): Promise<void> {
    if (this.#source === undefined) return;
    const { pictures: images, refused, earlierResults = 0 } = await inspect(this.#source);
    const known = new Map(this.#images.map((image) => [placeOf(image.source), image]));
    // The host only inspects the first images of a large folder; those that the user viewed stay known.
    this.#images = images.map((image) => {
      const { size, thumbnail } = known.get(placeOf(image.source)) ?? {};
      return { ...(size && { size }), ...(thumbnail && { thumbnail }), ...image };
    });
    this.#refused = refused;
    this.#earlierResults = earlierResults;
  }

  /** Updates what is known about one of the images. */
  put(image: Image): void {
    const place = placeOf(image.source);
    this.#images = this.#images.map((other) => (placeOf(other.source) === place ? image : other));
  }

  /** The source without some images: nothing, or the others of the folder one by one. */
  without(places: readonly string[]): readonly DraftSource[] {
    const gone = new Set(places);
    const rest = this.#images.filter(({ source }) => !gone.has(placeOf(source)));
    return rest.map((image) => this.#single(image));
  }

  get totalBytes(): number {
    if (this.#images.length === 0) return this.sizeBytes;
    return this.#images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  dropRefused(): void {
    this.#refused = [];
  }

  /** Ends sending and frees the thumbnail. */
  dispose(): void {
    this.#stop.abort();
    if (this.thumbnail !== undefined) URL.revokeObjectURL(this.thumbnail);
  }

  #single(image: Image): DraftSource {
    const single = new DraftSource(
      { kind: 'known', name: image.name, source: image.source },
      this.#connection,
    );
    single.#source = image.source;
    single.#images = [image];
    single.#state = 'ready';
    return single;
  }

  async #toSource(): Promise<Source> {
    const incoming = this.#incoming;
    if (incoming.kind === 'path') return incoming;
    if (incoming.kind === 'known') return incoming.source;
    if (incoming.kind === 'root') {
      return { kind: 'root', rootId: incoming.rootId, relative: incoming.relative };
    }
    const { desktop, upload } = this.#connection;
    const path = desktop?.pathOfFile(incoming.file) ?? '';
    if (path !== '') return { kind: 'path', path };
    this.#state = 'sending';
    if (desktop !== undefined) {
      const kept = await keepPasted(incoming.file, desktop);
      this.#isPasted = true;
      return { kind: 'path', path: kept };
    }
    if (upload === undefined) throw new TypeError('A window without access to files has to send them.');
    return upload(incoming.file, (share) => (this.#sentShare = share), this.#stop.signal);
  }
}

function nameOf(incoming: Incoming): string {
  if (incoming.kind === 'file') return incoming.file.name;
  return incoming.kind === 'path' ? lastName(incoming.path) : incoming.name;
}

function isShownByBrowsers(file: File): boolean {
  return /^image\/(jpeg|png|webp|gif|avif|bmp)$/.test(file.type) && file.size < 40e6;
}
