const MAX_TILES = 600; // of 256 px and 4 bytes: about 160 MB, which the browser keeps outside the script's memory

/** Images by address; those that were used longest ago are dropped. */
export class TileCache {
  readonly #images = new Map<string, HTMLImageElement>();
  readonly #onLoad: () => void;

  /** @param onLoad Called whenever an image can be drawn that could not before. */
  constructor(onLoad: () => void) {
    this.#onLoad = onLoad;
  }

  /** The image if it is loaded; otherwise loading has begun. */
  get(url: string): HTMLImageElement | undefined {
    const known = this.#images.get(url);
    if (known !== undefined) {
      this.#images.delete(url);
      this.#images.set(url, known);
      return known.complete && known.naturalWidth > 0 ? known : undefined;
    }
    this.#load(url);
    return undefined;
  }

  clear(): void {
    for (const image of this.#images.values()) image.onload = null;
    this.#images.clear();
  }

  #load(url: string): void {
    const image = new Image();
    image.decoding = 'async';
    image.onload = () => this.#onLoad();
    image.src = url;
    this.#images.set(url, image);
    const oldest = this.#images.keys().next();
    if (this.#images.size > MAX_TILES && !oldest.done) this.#images.delete(oldest.value);
  }
}
